#include "server/exchange.h"

#include "server/connection.h"

namespace server {

ExchangeImpl::ExchangeImpl(std::shared_ptr<Connection> connection, std::uint64_t number,
                           wire::RequestHead head)
    : connection_(std::move(connection)), number_(number) {
    head_ = std::move(head);
    peer_ = connection_->peer();
    received_ = connection_->core().environment.clock.now();
}

ExchangeImpl::~ExchangeImpl() {
    Core& core = connection_->core();
    if (!answered_) {
        respond(core.handler.refuse(this, RefusalReason::dropped, 500,
                                    {base::ErrorKind::internal, "the request was dropped", ""}));
    }
    core.release(reserved_bytes_);
    core.keep_buffer(std::move(body_));
}

bool ExchangeImpl::respond(wire::Response response) {
    if (answered_.exchange(true)) return false;
    connection_->core().handler.observe(*this, response);
    connection_->post_answer(number_, std::move(response));
    return true;
}

void ExchangeImpl::drop_body() {
    // The decoded request lives on, so the budget's share is kept until the answer.
    connection_->core().keep_buffer(std::exchange(body_, {}));
}

void ExchangeImpl::when_gone(base::Task task) {
    {
        const base::MutexLock lock(mutex_);
        if (!gone_) {
            when_gone_.push_back(std::move(task));
            return;
        }
    }
    connection_->core().environment.executor.post(std::move(task));
}

void ExchangeImpl::gone() {
    std::vector<base::Task> tasks;
    {
        const base::MutexLock lock(mutex_);
        gone_ = true;
        tasks.swap(when_gone_);
    }
    for (base::Task& task : tasks)
        connection_->core().environment.executor.post(std::move(task));
}

}  // namespace server
