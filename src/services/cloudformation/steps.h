// Runs the steps of a resource type one after the other, without holding a thread while it waits.
#pragma once

#include <vector>

#include "aws/internal_client.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "services/cloudformation/worker.h"

namespace cloudformation {

// A step that has to settle is asked for as long as this, at first often, then once a second.
inline constexpr std::int64_t settle_ms_max = 30 * 60 * 1000;
inline constexpr std::int64_t poll_ms_min = 5;
inline constexpr std::int64_t poll_ms_max = 1'000;
// A service that is busy or failing is asked again so often, 100 ms later and then twice as late.
inline constexpr int step_attempts_max = 6;
inline constexpr std::int64_t step_retry_ms = 100;

// What running steps needs. The references outlive all runs.
struct StepGround {
    aws::InternalClient& client;
    base::Clock& clock;
    base::Random& random;
    base::Executor& executor;
    std::string endpoint;  // for URLs in answers
    std::shared_ptr<const std::atomic<bool>> stopping;
};

enum class DoneCodes : std::uint8_t { ignored, honoured };

struct StepsEnded {
    std::vector<json::object> outputs;  // of the steps that ended well; {} where a done code came
    std::optional<aws::Fault> fault;
    std::size_t failed_step = 0;
    bool gave_up = false;       // abandoned, or it did not settle
    bool by_done_code = false;  // the fault is one of the failed step's done codes
    // Positions of the steps whose done code came.
    std::vector<std::size_t> done_already;
};

// `done` is called once, from any thread, possibly before this returns; never after the ground is
// stopping.
void run_steps(const StepGround& ground, aws::ResourceContext context, aws::ResourceSteps steps,
               DoneCodes done_codes, Abandoned abandoned,
               base::UniqueFunction<void(StepsEnded)> done);

}  // namespace cloudformation
