#include "producer.h"
#include "wire/json.h"

namespace producer {
namespace {

// Steps over JSON that is known to be valid.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    char peek() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' ||
                                      text_[at_] == '\n' || text_[at_] == '\r')) {
            ++at_;
        }
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(char expected) {
        if (peek() != expected) return false;
        ++at_;
        return true;
    }
    // The text of the next value.
    std::string_view value() {
        peek();
        const std::size_t begin = at_;
        int depth = 0;
        do {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
                continue;
            }
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            ++at_;
        } while (at_ < text_.size() && (depth > 0 || !ends_here()));
        std::string_view found = text_.substr(begin, at_ - begin);
        while (found.ends_with(' ') || found.ends_with('\n') || found.ends_with('\t') ||
               found.ends_with('\r')) {
            found.remove_suffix(1);
        }
        return found;
    }

  private:
    bool ends_here() const {
        const char c = text_[at_];
        return c == ',' || c == '}' || c == ']' || c == ':';
    }
    void skip_string() {
        for (++at_; text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

base::Result<std::vector<std::string_view>> split_events(std::string_view body) {
    TRY_VOID(wire::check_json(body));
    const base::Error missing{base::ErrorKind::invalid,
                              "the event is not an object with an array \"events\"", ""};
    Scanner scanner(body);
    if (!scanner.take('{')) return missing;
    while (scanner.peek() == '"') {
        const std::string_view name = scanner.value();
        scanner.take(':');
        if (name != "\"events\"") {
            scanner.value();
            scanner.take(',');
            continue;
        }
        if (!scanner.take('[')) return missing;
        std::vector<std::string_view> events;
        while (scanner.peek() != ']') {
            events.push_back(scanner.value());
            scanner.take(',');
        }
        return events;
    }
    return missing;
}

}  // namespace producer
