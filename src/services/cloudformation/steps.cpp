#include "services/cloudformation/steps.h"

#include <algorithm>

#include "base/ids.h"

namespace cloudformation {

namespace {

bool is_passing(const aws::Fault& fault) {
    return fault.http_status >= 500 ? fault.http_status != 501
                                    : fault.code.find("Throttl") != std::string::npos;
}

aws::Call make_call(const StepGround& ground, const aws::ResourceContext& context) {
    aws::Call call;
    call.request_id = base::make_uuid(ground.random);
    call.region = context.region;
    call.caller.account = context.account;
    call.caller.arn = "arn:aws:iam::" + context.account + ":root";
    call.caller.user_id = context.account;
    call.received = ground.clock.now();
    call.endpoint = ground.endpoint;
    call.client_token = context.token;
    return call;
}

class StepRun final : public std::enable_shared_from_this<StepRun> {
  public:
    StepRun(const StepGround& ground, aws::ResourceContext context, aws::ResourceSteps steps,
            DoneCodes done_codes, Abandoned abandoned, base::UniqueFunction<void(StepsEnded)> done)
        : ground_(ground),
          context_(std::move(context)),
          steps_(std::move(steps)),
          done_codes_(done_codes),
          abandoned_(std::move(abandoned)),
          done_(std::move(done)) {}

    void go() {
        if (ground_.stopping->load()) return;
        const std::size_t at = ended_.outputs.size();
        if (at == steps_.size()) return finish();
        const aws::ResourceStep& step = steps_[at];
        json::object input = step.input;
        if (step.complete != nullptr) step.complete(ended_.outputs, input);
        ground_.client.call(step.service, step.operation, input, make_call(ground_, context_),
                            [self = shared_from_this()](aws::Reply<json::object> reply) {
                                self->answered(std::move(reply));
                            });
    }

  private:
    const aws::ResourceStep& step() const { return steps_[ended_.outputs.size()]; }

    void answered(aws::Reply<json::object> reply) {
        if (ground_.stopping->load()) return;
        if (!reply) return failed(std::move(reply.error()));
        if (step().settled == nullptr) return passed(std::move(reply.value()));
        auto settled = step().settled(reply.value());
        if (!settled) return end(std::move(settled.error()));
        if (settled.value() == aws::Settled::yes) return passed(std::move(reply.value()));
        wait_for_settling();
    }

    void wait_for_settling() {
        const std::int64_t now = ground_.clock.monotonic_ns() / 1'000'000;
        if (!settling_since_ms_) settling_since_ms_ = now;
        if (abandoned_ != nullptr && abandoned_->load()) {
            ended_.gave_up = true;
            return end(aws::Fault("Cancelled", "Resource creation cancelled"));
        }
        if (now - *settling_since_ms_ >= settle_ms_max) {
            ended_.gave_up = true;
            return end(aws::Fault("NotStabilized", "Exceeded attempts to wait"));
        }
        later(poll_ms_);
        poll_ms_ = std::min(poll_ms_ * 3 / 2 + 1, poll_ms_max);
    }

    void later(std::int64_t delay_ms) {
        ground_.executor.after(delay_ms, [self = shared_from_this()] { self->go(); });
    }

    void failed(aws::Fault fault) {
        const bool done_already = step().is_done_by(fault);
        if (done_already && done_codes_ == DoneCodes::honoured) {
            ended_.done_already.push_back(ended_.outputs.size());
            return passed({});
        }
        if (!done_already && is_passing(fault) && ++attempts_ < step_attempts_max) {
            return later(step_retry_ms << (attempts_ - 1));
        }
        ended_.by_done_code = done_already;
        end(std::move(fault));
    }

    void passed(json::object output) {
        ended_.outputs.push_back(std::move(output));
        attempts_ = 0;
        poll_ms_ = poll_ms_min;
        settling_since_ms_.reset();
        go();
    }

    void end(aws::Fault fault) {
        ended_.fault = std::move(fault);
        ended_.failed_step = ended_.outputs.size();
        finish();
    }

    void finish() {
        auto done = std::exchange(done_, {});
        done(std::move(ended_));
    }

    const StepGround ground_;
    const aws::ResourceContext context_;
    const aws::ResourceSteps steps_;
    const DoneCodes done_codes_;
    const Abandoned abandoned_;
    base::UniqueFunction<void(StepsEnded)> done_;
    StepsEnded ended_;
    int attempts_ = 0;
    std::int64_t poll_ms_ = poll_ms_min;
    std::optional<std::int64_t> settling_since_ms_;
};

}  // namespace

void run_steps(const StepGround& ground, aws::ResourceContext context, aws::ResourceSteps steps,
               DoneCodes done_codes, Abandoned abandoned,
               base::UniqueFunction<void(StepsEnded)> done) {
    std::make_shared<StepRun>(ground, std::move(context), std::move(steps), done_codes,
                              std::move(abandoned), std::move(done))
        ->go();
}

}  // namespace cloudformation
