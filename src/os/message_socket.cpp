#include "os/message_socket.h"

#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "base/bytes.h"
#include "os/errors.h"

namespace os {

namespace {

constexpr std::size_t length_bytes = 4;

base::Error gone() {
    return {base::ErrorKind::unavailable, "the other side of the socket is gone", ""};
}

// sendmsg with the descriptor, if any, beside the first byte. Returns bytes sent.
ssize_t send_first(int socket, iovec* parts, std::size_t count, int descriptor) {
    msghdr header = {};
    header.msg_iov = parts;
    header.msg_iovlen = count;
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    if (descriptor >= 0) {
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        cmsghdr* message = CMSG_FIRSTHDR(&header);
        message->cmsg_level = SOL_SOCKET;
        message->cmsg_type = SCM_RIGHTS;
        message->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(message), &descriptor, sizeof descriptor);
    }
    for (;;) {
        const ssize_t sent = ::sendmsg(socket, &header, MSG_NOSIGNAL);
        if (sent >= 0 || errno != EINTR) return sent;
    }
}

Descriptor take_descriptor(msghdr& header) {
    Descriptor taken;
    for (cmsghdr* message = CMSG_FIRSTHDR(&header); message != nullptr;
         message = CMSG_NXTHDR(&header, message)) {
        if (message->cmsg_level != SOL_SOCKET || message->cmsg_type != SCM_RIGHTS) continue;
        int number = -1;
        std::memcpy(&number, CMSG_DATA(message), sizeof number);
        taken = Descriptor(number);
    }
    return taken;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (number_ >= 0) ::close(number_);
        number_ = other.release();
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

int Descriptor::release() {
    return std::exchange(number_, -1);
}

base::Result<void> MessageSocket::send(std::string_view message, int descriptor) {
    if (message.empty() || message.size() > base::message_bytes_max) {
        return base::Error{base::ErrorKind::limit, "a message has a wrong size",
                           std::to_string(message.size())};
    }
    char head[length_bytes];
    base::store_fixed(head, static_cast<std::uint32_t>(message.size()));
    iovec parts[2] = {{head, sizeof head}, {const_cast<char*>(message.data()), message.size()}};
    base::MutexLock lock(send_mutex_);
    std::size_t sent_bytes = 0;
    const std::size_t all_bytes = sizeof head + message.size();
    while (sent_bytes < all_bytes) {
        iovec rest[2];
        std::size_t count = 0;
        std::size_t skip = sent_bytes;
        for (const iovec& part : parts) {
            if (skip >= part.iov_len) {
                skip -= part.iov_len;
                continue;
            }
            rest[count++] = {static_cast<char*>(part.iov_base) + skip, part.iov_len - skip};
            skip = 0;
        }
        const ssize_t sent =
            send_first(socket_.number(), rest, count, sent_bytes == 0 ? descriptor : -1);
        if (sent < 0) {
            if (errno == EPIPE || errno == ECONNRESET || errno == EBADF) return gone();
            return make_error(errno, "cannot send to a child process", "");
        }
        sent_bytes += static_cast<std::size_t>(sent);
    }
    return base::ok();
}

base::Result<void> MessageSocket::read_exactly(char* out, std::size_t count) {
    while (count > 0) {
        const ssize_t got = ::recv(socket_.number(), out, count, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return gone();
        out += got;
        count -= static_cast<std::size_t>(got);
    }
    return base::ok();
}

base::Result<ReceivedMessage> MessageSocket::receive() {
    ReceivedMessage received;
    char head[length_bytes];
    iovec part = {head, sizeof head};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header = {};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    ssize_t got = 0;
    do {
        got = ::recvmsg(socket_.number(), &header, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return gone();
    received.descriptor = take_descriptor(header);
    const auto first = static_cast<std::size_t>(got);
    TRY_VOID(read_exactly(head + first, sizeof head - first));
    const auto length = base::load_fixed<std::uint32_t>(head);
    if (length == 0 || length > base::message_bytes_max) {
        return base::Error{base::ErrorKind::invalid, "a frame has a wrong length",
                           std::to_string(length)};
    }
    received.bytes.resize(length);
    TRY_VOID(read_exactly(received.bytes.data(), length));
    return received;
}

void MessageSocket::shut_down() {
    ::shutdown(socket_.number(), SHUT_RDWR);
}

}  // namespace os
