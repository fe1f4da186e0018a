#include "object_client.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sql_worker {

namespace protocol = sql_engine::protocol;

OpenObject::~OpenObject() {
    if (held_open_) client_.close(request_);
}

std::size_t OpenObject::read(std::span<char> out) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_bytes_ - position_));
    if (wanted == 0) return 0;
    if (descriptor_.number() >= 0) {
        const ssize_t got = ::pread(descriptor_.number(), out.data(), wanted,
                                    static_cast<off_t>(offset_ + position_));
        if (got <= 0) {
            const char* why = got == 0 ? "the object is shorter than listed" : strerror(errno);
            throw ObjectError{std::string("HIVE_CURSOR_ERROR: ") + why};
        }
        position_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
    }
    if (position_ >= piece_begin_ + piece_.size()) {
        protocol::ObjectRequest request;
        request.request = request_;
        request.offset = static_cast<std::int64_t>(position_);
        request.length = protocol::data_bytes_max;
        piece_ = std::move(client_.ask(protocol::Message::read, request).raw);
        piece_begin_ = position_;
        if (piece_.empty()) {
            throw ObjectError{"HIVE_CURSOR_ERROR: the object is shorter than listed"};
        }
    }
    const auto in_piece = static_cast<std::size_t>(position_ - piece_begin_);
    const std::size_t count = std::min(wanted, piece_.size() - in_piece);
    std::memcpy(out.data(), piece_.data() + in_piece, count);
    position_ += count;
    return count;
}

std::unique_ptr<OpenObject> ObjectClient::open(std::size_t scan, std::size_t object) {
    protocol::ObjectRequest request;
    {
        const std::lock_guard lock(mutex_);
        request.request = next_request_++;
    }
    request.scan = static_cast<std::int64_t>(scan);
    request.object = static_cast<std::int64_t>(object);
    Answer answer = ask(protocol::Message::open, request);
    auto opened = std::unique_ptr<OpenObject>(new OpenObject(*this));
    opened->request_ = request.request;
    opened->size_bytes_ = static_cast<std::uint64_t>(answer.head.size_bytes);
    opened->offset_ = static_cast<std::uint64_t>(answer.head.offset);
    opened->descriptor_ = std::move(answer.descriptor);
    opened->piece_ = std::move(answer.raw);
    opened->held_open_ = !answer.head.descriptor && opened->piece_.size() < opened->size_bytes_;
    return opened;
}

ObjectClient::Answer ObjectClient::ask(protocol::Message message,
                                       const protocol::ObjectRequest& request) {
    std::unique_lock lock(mutex_);
    waiting_[request.request];
    lock.unlock();
    if (!socket_.send(protocol::pack(message, request))) {
        throw ObjectError{"GENERIC_INTERNAL_ERROR: the server is gone"};
    }
    lock.lock();
    arrived_.wait(lock, [&] { return waiting_[request.request].arrived || interrupted_; });
    Answer answer = std::move(waiting_[request.request]);
    waiting_.erase(request.request);
    if (!answer.arrived) throw ObjectError{"USER_CANCELED: Query cancelled by user"};
    if (!answer.head.error.empty()) throw ObjectError{answer.head.error};
    return answer;
}

void ObjectClient::answer(std::string_view body, std::string_view raw, os::Descriptor descriptor) {
    auto head = protocol::decode<protocol::ObjectAnswer>(body);
    if (!head) return;
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(head.value().request);
    if (found == waiting_.end()) return;
    found->second.head = std::move(head.value());
    found->second.raw.assign(raw);
    found->second.descriptor = std::move(descriptor);
    found->second.arrived = true;
    arrived_.notify_all();
}

void ObjectClient::interrupt() {
    const std::lock_guard lock(mutex_);
    interrupted_ = true;
    arrived_.notify_all();
}

void ObjectClient::reset() {
    const std::lock_guard lock(mutex_);
    interrupted_ = false;
}

void ObjectClient::close(std::int64_t request) {
    protocol::ObjectRequest message;
    message.request = request;
    static_cast<void>(socket_.send(protocol::pack(protocol::Message::close, message)));
}

}  // namespace sql_worker
