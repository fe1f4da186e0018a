// One connection's socket, TCP or Unix.
#include <sys/sendfile.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include "os/errors.h"
#include "os/network_internal.h"

namespace os::network {

namespace {

// sendfile gives the loop back to other connections after so many bytes.
constexpr std::uint64_t send_file_bytes_max = 2 * 1024 * 1024;

template <class Protocol>
class StreamSocket final : public Socket {
  public:
    StreamSocket(std::shared_ptr<Loop> loop, typename Protocol::socket socket, Peer peer)
        : loop_(std::move(loop)),
          event_loop_(loop_),
          socket_(std::move(socket)),
          peer_(std::move(peer)) {
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
        if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) {
            socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
        }
    }

    void read(std::span<char> out, ReadDone done) override {
        socket_.async_read_some(
            asio::mutable_buffer(out.data(), out.size()),
            [done = std::move(done)](const boost::system::error_code& error,
                                     std::size_t count) mutable {
                if (error == asio::error::eof) {
                    done(std::size_t{0});
                } else if (error) {
                    done(make_error(error.value(), "cannot read from the connection", ""));
                } else {
                    done(count);
                }
            });
    }

    void write(std::span<const std::string_view> parts, WriteDone done) override {
        std::array<asio::const_buffer, write_parts_max> buffers;
        for (std::size_t i = 0; i < std::min(parts.size(), write_parts_max); ++i) {
            buffers[i] = asio::const_buffer(parts[i].data(), parts[i].size());
        }
        const std::uint64_t before = sent_bytes_;
        asio::async_write(
            socket_, buffers,
            [this, before](const boost::system::error_code& error, std::size_t total) {
                sent_bytes_ = before + total;
                return error ? std::size_t{0} : std::size_t{64 * 1024 * 1024};
            },
            [this, before, done = std::move(done)](const boost::system::error_code& error,
                                                   std::size_t total) mutable {
                sent_bytes_ = before + total;
                if (error) {
                    done(make_error(error.value(), "cannot write to the connection", ""));
                } else {
                    done(base::ok());
                }
            });
    }

    void send_file(int file_descriptor, std::uint64_t offset, std::uint64_t length,
                   WriteDone done) override {
        asio::post(loop_->context(),
                   [this, file_descriptor, offset, length, done = std::move(done)]() mutable {
                       send_file_step(file_descriptor, offset, length, std::move(done));
                   });
    }

    std::uint64_t sent_bytes() const override { return sent_bytes_; }

    void shutdown_send() override {
        boost::system::error_code ignored;
        socket_.shutdown(Protocol::socket::shutdown_send, ignored);
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }
    const Peer& peer() const override { return peer_; }
    const std::shared_ptr<EventLoop>& loop() const override { return event_loop_; }

  private:
    void send_file_step(int file, std::uint64_t offset, std::uint64_t length, WriteDone done) {
        std::uint64_t turn_bytes = 0;
        while (length > 0 && turn_bytes < send_file_bytes_max) {
            if (!socket_.is_open()) {
                done(make_error(EBADF, "the connection is closed", ""));
                return;
            }
            auto at = static_cast<off_t>(offset);
            const std::uint64_t want = std::min(length, send_file_bytes_max);
            const ssize_t sent =
                ::sendfile(socket_.native_handle(), file, &at, static_cast<std::size_t>(want));
            if (sent > 0) {
                offset += static_cast<std::uint64_t>(sent);
                length -= static_cast<std::uint64_t>(sent);
                sent_bytes_ += static_cast<std::uint64_t>(sent);
                turn_bytes += static_cast<std::uint64_t>(sent);
            } else if (sent == 0) {
                done(make_error(EIO, "the file is shorter than what is to be sent", ""));
                return;
            } else if (errno == EAGAIN) {
                break;
            } else if (errno != EINTR) {
                done(make_error(errno, "cannot send the file", ""));
                return;
            }
        }
        if (length == 0) {
            done(base::ok());
            return;
        }
        socket_.async_wait(Protocol::socket::wait_write,
                           [this, file, offset, length, done = std::move(done)](
                               const boost::system::error_code& error) mutable {
                               if (error) {
                                   done(make_error(error.value(), "cannot send the file", ""));
                                   return;
                               }
                               send_file_step(file, offset, length, std::move(done));
                           });
    }

    std::shared_ptr<Loop> loop_;
    std::shared_ptr<EventLoop> event_loop_;
    typename Protocol::socket socket_;
    Peer peer_;
    std::uint64_t sent_bytes_ = 0;
};

}  // namespace

std::unique_ptr<Socket> make_socket(std::shared_ptr<Loop> loop, asio::ip::tcp::socket socket) {
    Peer peer;
    boost::system::error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (!error) {
        const auto address = endpoint.address();
        peer.address = address.is_v6() ? '[' + address.to_string() + ']' : address.to_string();
        peer.address += ':' + std::to_string(endpoint.port());
        peer.loopback =
            address.is_loopback() ||
            (address.is_v6() && address.to_v6().is_v4_mapped() &&
             asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).is_loopback());
    }
    return std::make_unique<StreamSocket<asio::ip::tcp>>(std::move(loop), std::move(socket),
                                                         std::move(peer));
}

std::unique_ptr<Socket> make_socket(std::shared_ptr<Loop> loop,
                                    asio::local::stream_protocol::socket socket) {
    return std::make_unique<StreamSocket<asio::local::stream_protocol>>(
        std::move(loop), std::move(socket), Peer{"unix", true});
}

}  // namespace os::network
