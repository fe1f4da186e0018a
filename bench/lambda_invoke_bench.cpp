// How long an Invoke takes over the API of a running server, signed, one client: warm, and cold
// (code unpacked, no process). The function answers its own event.
//
//   build/bin/datastack serve & eval "$(build/bin/datastack env)"
//   build/bin/lambda_invoke_bench build/functions/function-test-bootstrap.zip
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

#include "functions/client/aws_client.h"
#include "os/clock.h"
#include "os/random.h"
#include "wire/base64.h"

namespace {

constexpr int warm_count = 3'000;
constexpr int cold_count = 40;

std::optional<std::string> variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

class Bench {
  public:
    explicit Bench(const client::AwsSettings& settings)
        : client_("lambda", settings, clock_, random_, [](std::int64_t ms) {
              std::this_thread::sleep_for(std::chrono::milliseconds(ms));
          }) {}

    std::string call(const char* method, const std::string& path, const std::string& body) {
        auto answer = client_.call(method, "/2015-03-31/functions" + path, "", body);
        if (!answer) {
            std::fprintf(stderr, "%s %s: %s\n", method, path.c_str(),
                         answer.error().describe().c_str());
            std::exit(1);
        }
        return answer.value().body;
    }
    double invoke_ms() {
        const std::string event = R"({"event_id":"7c9e6679"})";
        const auto begin = clock_.monotonic_ns();
        const std::string answer = call("POST", "/invoke-bench/invocations", event);
        const double ms = static_cast<double>(clock_.monotonic_ns() - begin) / 1e6;
        if (answer != event) {
            std::fprintf(stderr, "wrong answer: %s\n", answer.c_str());
            std::exit(1);
        }
        return ms;
    }

  private:
    os::SystemClock clock_;
    os::SystemRandom random_;
    client::AwsClient client_;
};

void report(const char* what, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    const auto at = [&](double share) {
        return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    };
    std::printf("%s: %zu invocations, p50 %.3f ms, p99 %.3f ms, max %.3f ms\n", what, ms.size(),
                at(0.5), at(0.99), ms.back());
}

}  // namespace

int main(int argc, char** argv) {
    auto settings = client::AwsSettings::from(variable, {"lambda"});
    if (argc != 2 || !settings) {
        std::fprintf(stderr, "usage: lambda_invoke_bench FUNCTION.zip, with AWS_* variables\n");
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    std::ostringstream zip;
    zip << file.rdbuf();
    Bench bench(settings.value());
    bench.call("POST", "",
               R"({"FunctionName":"invoke-bench","Role":"arn:aws:iam::000000000000:role/bench",)"
               R"("Runtime":"provided.al2023","Handler":"h","Code":{"ZipFile":")" +
                   wire::encode_base64(zip.str()) + "\"}}");
    std::vector<double> cold;
    for (int i = 0; i < cold_count; ++i) {
        // New settings end the warm process; the code stays unpacked.
        bench.call("PUT", "/invoke-bench/configuration",
                   R"({"Description":")" + std::to_string(i) + "\"}");
        cold.push_back(bench.invoke_ms());
    }
    std::vector<double> warm;
    for (int i = 0; i < warm_count; ++i)
        warm.push_back(bench.invoke_ms());
    bench.call("DELETE", "/invoke-bench", "");
    report("cold", cold);
    report("warm", warm);
    return 0;
}
