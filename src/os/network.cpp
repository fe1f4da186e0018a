// Event loops and listeners.
#include "os/network.h"

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>

#include "os/errors.h"
#include "os/network_internal.h"

namespace os {

namespace network {

namespace {

// After accept failed for want of descriptors or memory: some connection may close meanwhile.
constexpr std::chrono::milliseconds accept_pause{100};

void tick_again(const std::shared_ptr<asio::steady_timer>& timer, std::int64_t period_ms,
                const std::shared_ptr<base::UniqueFunction<bool()>>& tick) {
    timer->expires_after(std::chrono::milliseconds(period_ms));
    timer->async_wait([timer, period_ms, tick](const boost::system::error_code& error) {
        if (!error && (*tick)()) tick_again(timer, period_ms, tick);
    });
}

// Accepts on the first loop, gives the sockets to all loops in turn. Shared with the accept that
// is pending.
template <class Protocol>
class Acceptor final : public std::enable_shared_from_this<Acceptor<Protocol>> {
  public:
    Acceptor(std::vector<std::shared_ptr<EventLoop>> loops, Network::Accepted accepted,
             Network::AcceptFailed failed)
        : loops_(std::move(loops)),
          accepted_(std::move(accepted)),
          failed_(std::move(failed)),
          acceptor_(first().context()),
          pause_(first().context()) {}

    boost::system::error_code open(const typename Protocol::endpoint& endpoint) {
        boost::system::error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error && std::is_same_v<Protocol, asio::ip::tcp>) {
            acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        }
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(Network::backlog, error);
        return error;
    }
    typename Protocol::endpoint local_endpoint() const {
        boost::system::error_code ignored;
        return acceptor_.local_endpoint(ignored);
    }
    void start() {
        first().post([self = this->shared_from_this()] { self->accept(); });
    }
    void close() {
        first().post([self = this->shared_from_this()] {
            boost::system::error_code ignored;
            self->acceptor_.close(ignored);
            self->pause_.cancel();
        });
    }

  private:
    Loop& first() { return static_cast<Loop&>(*loops_.front()); }

    void accept() {
        const auto loop = std::static_pointer_cast<Loop>(loops_[next_++ % loops_.size()]);
        acceptor_.async_accept(loop->context(), [self = this->shared_from_this(), loop](
                                                    const boost::system::error_code& error,
                                                    typename Protocol::socket socket) {
            if (!self->acceptor_.is_open()) return;
            if (error) {
                self->pause_after(error);
                return;
            }
            self->deliver(loop, std::move(socket));
            self->accept();
        });
    }
    void deliver(const std::shared_ptr<Loop>& loop, typename Protocol::socket socket) {
        auto shared = std::make_shared<typename Protocol::socket>(std::move(socket));
        loop->post([self = this->shared_from_this(), loop, shared] {
            self->accepted_(make_socket(loop, std::move(*shared)));
        });
    }
    void pause_after(const boost::system::error_code& error) {
        if (error != asio::error::connection_aborted) {
            failed_(make_error(error.value(), "cannot accept a connection", ""));
        }
        pause_.expires_after(accept_pause);
        pause_.async_wait([self = this->shared_from_this()](const boost::system::error_code&) {
            if (self->acceptor_.is_open()) self->accept();
        });
    }

    std::vector<std::shared_ptr<EventLoop>> loops_;
    Network::Accepted accepted_;
    Network::AcceptFailed failed_;
    typename Protocol::acceptor acceptor_;
    asio::steady_timer pause_;
    std::size_t next_ = 0;
};

template <class Protocol>
class AcceptorHandle final : public Listener {
  public:
    // `path` of a Unix socket: removed at the end.
    AcceptorHandle(std::shared_ptr<Acceptor<Protocol>> acceptor, std::uint16_t port,
                   std::string path = {})
        : acceptor_(std::move(acceptor)), port_(port), path_(std::move(path)) {
        acceptor_->start();
    }
    ~AcceptorHandle() override {
        close();
        if (!path_.empty()) ::unlink(path_.c_str());
    }
    std::uint16_t port() const override { return port_; }
    void close() override { acceptor_->close(); }

  private:
    std::shared_ptr<Acceptor<Protocol>> acceptor_;
    std::uint16_t port_;
    std::string path_;
};

base::Result<asio::ip::tcp::endpoint> parse_address(const std::string& text) {
    const auto bad = [&text] {
        return base::Error{base::ErrorKind::invalid, "not an address of the form HOST:PORT", text};
    };
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return bad();
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    if (host == "localhost") host = "127.0.0.1";
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto number = std::from_chars(text.data() + colon + 1, end, port);
    if (number.ec != std::errc() || number.ptr != end) return bad();
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (error) return bad();
    return asio::ip::tcp::endpoint(address, port);
}

}  // namespace

Loop::Loop() : work_(asio::make_work_guard(context_)) {}

Loop::~Loop() {
    stop();
}

void Loop::start() {
    thread_ = std::thread([this] {
        thread_id_ = std::this_thread::get_id();
        context_.run();
    });
}

void Loop::post(base::Task task) {
    if (stopped_) return;
    asio::post(context_, [task = std::move(task)]() mutable { task(); });
}

void Loop::every(std::int64_t period_ms, std::shared_ptr<base::UniqueFunction<bool()>> tick) {
    post([self = shared_from_this(), period_ms, tick = std::move(tick)] {
        tick_again(std::make_shared<asio::steady_timer>(self->context_), period_ms, tick);
    });
}

bool Loop::on_loop_thread() const {
    return thread_id_ == std::this_thread::get_id();
}

void Loop::stop() {
    stopped_ = true;
    context_.stop();
    if (!thread_.joinable()) return;
    thread_.join();
    // What was ready ends here, on this thread: handlers of closed listeners and sockets own them,
    // and they hold this loop.
    context_.restart();
    context_.poll();
}

}  // namespace network

Network::Network(std::size_t threads) {
    threads = std::min(std::max<std::size_t>(threads, 1), threads_max);
    for (std::size_t i = 0; i < threads; ++i) {
        auto loop = std::make_shared<network::Loop>();
        loop->start();
        loops_.push_back(std::move(loop));
    }
}

Network::~Network() {
    stop();
}

void Network::stop() {
    for (const auto& loop : loops_)
        static_cast<network::Loop&>(*loop).stop();
}

base::Result<std::unique_ptr<Listener>> Network::listen_tcp(const std::string& address,
                                                            Accepted accepted,
                                                            AcceptFailed failed) {
    using Tcp = boost::asio::ip::tcp;
    TRY(endpoint, network::parse_address(address));
    auto acceptor =
        std::make_shared<network::Acceptor<Tcp>>(loops_, std::move(accepted), std::move(failed));
    if (const auto error = acceptor->open(endpoint)) {
        return make_error(error.value(), "cannot listen", address);
    }
    const std::uint16_t port = acceptor->local_endpoint().port();
    return std::make_unique<network::AcceptorHandle<Tcp>>(std::move(acceptor), port);
}

base::Result<std::unique_ptr<Listener>> Network::listen_unix(const std::string& path,
                                                             Accepted accepted,
                                                             AcceptFailed failed) {
    using Unix = boost::asio::local::stream_protocol;
    // sockaddr_un holds 108 bytes; Asio throws beyond that.
    if (path.empty() || path.size() > 107) {
        return base::Error{base::ErrorKind::invalid, "not a path for a Unix socket", path};
    }
    auto acceptor =
        std::make_shared<network::Acceptor<Unix>>(loops_, std::move(accepted), std::move(failed));
    if (const auto error = acceptor->open(Unix::endpoint(path))) {
        return make_error(error.value(), "cannot listen", path);
    }
    if (::chmod(path.c_str(), 0600) != 0) {
        return make_error(errno, "cannot restrict the socket", path);
    }
    return std::make_unique<network::AcceptorHandle<Unix>>(std::move(acceptor), 0, path);
}

}  // namespace os
