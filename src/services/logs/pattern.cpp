// Patterns over plain text. JSON patterns are in json_pattern.cpp.
#include "services/logs/pattern.h"

#include <re2/re2.h>

#include <algorithm>
#include <vector>

namespace logs {
namespace {

using base::Error;
using base::ErrorKind;

struct Term {
    std::string text;
    std::shared_ptr<const re2::RE2> expression;  // instead of text

    bool in(std::string_view message) const {
        if (expression != nullptr) return re2::RE2::PartialMatch(message, *expression);
        return message.find(text) != std::string_view::npos;
    }
};

class Terms final : public Pattern {
  public:
    bool matches(std::string_view message) const override {
        const auto found = [&](const Term& term) { return term.in(message); };
        if (std::any_of(excluded.begin(), excluded.end(), found)) return false;
        if (!required.empty() || !excluded.empty()) {
            return std::all_of(required.begin(), required.end(), found);
        }
        return any.empty() || std::any_of(any.begin(), any.end(), found);
    }

    std::vector<Term> required;
    std::vector<Term> excluded;
    std::vector<Term> any;
};

Error wrong(std::size_t at, const std::string& what) {
    return {ErrorKind::invalid,
            "Invalid filter pattern: " + what + " at position " + std::to_string(at + 1),
            {}};
}

class Reader {
  public:
    explicit Reader(std::string_view text) : text_(text) {}

    base::Result<std::unique_ptr<Pattern>> run() {
        auto terms = std::make_unique<Terms>();
        for (std::size_t count = 0;; ++count) {
            while (at_ < text_.size() && is_space(text_[at_]))
                ++at_;
            if (at_ == text_.size()) return std::unique_ptr<Pattern>(std::move(terms));
            if (count == pattern_terms_max) return wrong(at_, "too many terms");
            std::vector<Term>* into = &terms->required;
            if (text_[at_] == '-' && has_more()) {
                into = &terms->excluded;
                ++at_;
            } else if (text_[at_] == '?' && has_more()) {
                into = &terms->any;
                ++at_;
            }
            TRY(one, term());
            into->push_back(std::move(one));
        }
    }

  private:
    static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
    bool has_more() const { return at_ + 1 < text_.size() && !is_space(text_[at_ + 1]); }

    base::Result<Term> term() {
        if (text_[at_] == '"') return quoted();
        if (text_[at_] == '%') return expression();
        Term one;
        while (at_ < text_.size() && !is_space(text_[at_]))
            one.text.push_back(text_[at_++]);
        return one;
    }

    base::Result<Term> quoted() {
        const std::size_t start = at_++;
        Term one;
        while (at_ < text_.size()) {
            char c = text_[at_++];
            if (c == '"') return one;
            if (c == '\\' && at_ < text_.size()) c = text_[at_++];
            one.text.push_back(c);
        }
        return wrong(start, "a quote that does not end");
    }

    base::Result<Term> expression() {
        const std::size_t start = at_++;
        const auto end = text_.find('%', at_);
        if (end == std::string_view::npos) return wrong(start, "a % that does not end");
        re2::RE2::Options options;
        options.set_log_errors(false);
        options.set_max_mem(pattern_regex_bytes_max);
        Term one;
        one.expression = std::make_shared<const re2::RE2>(
            re2::StringPiece(text_.data() + at_, end - at_), options);
        if (!one.expression->ok()) return wrong(at_, one.expression->error());
        at_ = end + 1;
        return one;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

bool detail::matches_wildcard(std::string_view text, std::string_view pattern) {
    std::size_t t = 0;
    std::size_t p = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_text = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_text = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++star_text;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

base::Result<std::unique_ptr<Pattern>> parse_pattern(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        return detail::parse_json_pattern(text);
    }
    if (first != std::string_view::npos && text[first] == '[') {
        return Error{ErrorKind::invalid,
                     "Invalid filter pattern: space-delimited patterns are not supported by this "
                     "server",
                     {}};
    }
    return Reader(text).run();
}

}  // namespace logs
