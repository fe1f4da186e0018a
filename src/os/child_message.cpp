#include "os/child_message.h"

#include "base/bytes.h"

namespace os {
namespace {

void put_text(std::string& out, std::string_view text) {
    base::append_fixed(out, static_cast<std::uint32_t>(text.size()));
    out += text;
}

void put_texts(std::string& out, const std::vector<std::string>& texts) {
    base::append_fixed(out, static_cast<std::uint32_t>(texts.size()));
    for (const auto& text : texts)
        put_text(out, text);
}

void put_signed(std::string& out, std::int64_t value) {
    base::append_fixed(out, static_cast<std::uint64_t>(value));
}

class Reader {
  public:
    explicit Reader(std::string_view bytes) : left_(bytes) {}

    template <class T>
    T number() {
        if (left_.size() < sizeof(T)) {
            failed_ = true;
            return 0;
        }
        const T value = base::load_fixed<T>(left_.data());
        left_.remove_prefix(sizeof(T));
        return value;
    }
    std::int64_t signed_number() { return static_cast<std::int64_t>(number<std::uint64_t>()); }
    std::int32_t small_number() { return static_cast<std::int32_t>(signed_number()); }
    std::string text() {
        const auto size = number<std::uint32_t>();
        if (failed_ || left_.size() < size) {
            failed_ = true;
            return {};
        }
        std::string value(left_.substr(0, size));
        left_.remove_prefix(size);
        return value;
    }
    std::vector<std::string> texts() {
        std::vector<std::string> values;
        const auto count = number<std::uint32_t>();
        for (std::uint32_t i = 0; i < count && !failed_; ++i)
            values.push_back(text());
        return values;
    }
    bool whole() const { return !failed_ && left_.empty(); }

  private:
    std::string_view left_;
    bool failed_ = false;
};

void put_options(std::string& out, const base::ChildOptions& options) {
    put_text(out, options.program);
    put_texts(out, options.arguments);
    put_texts(out, options.environment);
    put_text(out, options.working_directory);
    put_text(out, options.private_tmp);
    base::append_fixed(out, static_cast<std::uint8_t>(options.user_id.has_value()));
    base::append_fixed(out, options.user_id.value_or(0));
    base::append_fixed(out, options.limits.data_bytes_max);
    base::append_fixed(out, options.limits.address_bytes_max);
    base::append_fixed(out, options.limits.file_bytes_max);
    base::append_fixed(out, options.limits.open_files_max);
    base::append_fixed(out, options.limits.processes_max);
    base::append_fixed(out, static_cast<std::uint8_t>(options.files.has_value()));
    if (options.files) {
        put_texts(out, options.files->read);
        put_texts(out, options.files->write);
        base::append_fixed(out, static_cast<std::uint8_t>(options.files->no_tcp));
    }
}

void read_options(Reader& reader, base::ChildOptions& options) {
    options.program = reader.text();
    options.arguments = reader.texts();
    options.environment = reader.texts();
    options.working_directory = reader.text();
    options.private_tmp = reader.text();
    const bool has_user = reader.number<std::uint8_t>() != 0;
    const auto user = reader.number<std::uint32_t>();
    if (has_user) options.user_id = user;
    options.limits.data_bytes_max = reader.number<std::uint64_t>();
    options.limits.address_bytes_max = reader.number<std::uint64_t>();
    options.limits.file_bytes_max = reader.number<std::uint64_t>();
    options.limits.open_files_max = reader.number<std::uint64_t>();
    options.limits.processes_max = reader.number<std::uint64_t>();
    if (reader.number<std::uint8_t>() != 0) {
        auto& files = options.files.emplace();
        files.read = reader.texts();
        files.write = reader.texts();
        files.no_tcp = reader.number<std::uint8_t>() != 0;
    }
}

}  // namespace

std::string encode(const ChildCommand& command) {
    std::string out;
    base::append_fixed(out, static_cast<std::uint8_t>(command.kind));
    base::append_fixed(out, command.id);
    put_signed(out, command.signal);
    if (command.kind == ChildCommandKind::spawn) {
        put_options(out, command.options);
        base::append_fixed(out, static_cast<std::uint32_t>(command.targets.size()));
        for (const int target : command.targets)
            put_signed(out, target);
    }
    return out;
}

bool decode(std::string_view bytes, ChildCommand& command) {
    Reader reader(bytes);
    const auto kind = reader.number<std::uint8_t>();
    if (kind != 1 && kind != 2) return false;
    command.kind = static_cast<ChildCommandKind>(kind);
    command.id = reader.number<std::uint64_t>();
    command.signal = reader.small_number();
    if (command.kind == ChildCommandKind::spawn) {
        read_options(reader, command.options);
        const auto count = reader.number<std::uint32_t>();
        if (count > base::child_descriptors_max + 2) return false;
        for (std::uint32_t i = 0; i < count; ++i)
            command.targets.push_back(reader.small_number());
    }
    return reader.whole();
}

std::string encode(const ChildReport& report) {
    std::string out;
    base::append_fixed(out, static_cast<std::uint8_t>(report.kind));
    base::append_fixed(out, report.id);
    put_signed(out, report.pid);
    put_signed(out, report.error);
    put_text(out, report.step);
    put_signed(out, report.status);
    base::append_fixed(out, report.peak_resident_bytes);
    put_signed(out, report.user_us);
    put_signed(out, report.system_us);
    return out;
}

bool decode(std::string_view bytes, ChildReport& report) {
    Reader reader(bytes);
    const auto kind = reader.number<std::uint8_t>();
    if (kind < 1 || kind > 3) return false;
    report.kind = static_cast<ChildReportKind>(kind);
    report.id = reader.number<std::uint64_t>();
    report.pid = reader.small_number();
    report.error = reader.small_number();
    report.step = reader.text();
    report.status = reader.small_number();
    report.peak_resident_bytes = reader.number<std::uint64_t>();
    report.user_us = reader.signed_number();
    report.system_us = reader.signed_number();
    return reader.whole();
}

}  // namespace os
