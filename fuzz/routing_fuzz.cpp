// Hostile targets and headers: routing answers something and never crashes. The first line is the
// target, the second the Host, the third Authorization, the fourth X-Amz-Target.
#include <array>

#include "aws/operation.h"
#include "aws/routing.h"
#include "wire/timestamp.h"
#include "wire/uri.h"

namespace {

struct Toy {};
struct Input {
    std::string bucket;
    std::string key;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Bucket", &Input::bucket, {.location = shape::Location::path}),
            aws::member("Key", &Input::key, {.location = shape::Location::path})};
    }
};
aws::Reply<shape::Empty> run(Toy&, const aws::Call&, Input&) {
    return shape::Empty{};
}
constinit const aws::Operation object =
    aws::operation<&run>("GetObject", {.http = {"GET", "/{Bucket}/{Key+}"}});
constinit const aws::Operation bucket =
    aws::operation<&run>("GetBucket", {.http = {"GET", "/{Bucket}?list-type=2"}});
constinit const aws::Operation invoke =
    aws::operation<&run>("Invoke", {.http = {"GET", "/2015-03-31/functions/{Key}/{Bucket+}/end"}});
constexpr const aws::Operation* s3_operations[] = {&object, &bucket};
constexpr const aws::Operation* lambda_operations[] = {&invoke};
const aws::ServiceModel s3 = {.id = "s3",
                              .signing_name = "s3",
                              .protocol = aws::Protocol::rest_xml,
                              .operations = s3_operations};
const aws::ServiceModel lambda = {.id = "lambda",
                                  .signing_name = "lambda",
                                  .protocol = aws::Protocol::rest_json,
                                  .operations = lambda_operations};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    std::array<std::string_view, 4> lines;
    for (std::string_view& line : lines) {
        line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    Toy toy;
    aws::Router router;
    router.add(lambda, &toy);
    router.add(s3, &toy);
    wire::RequestHead head;
    head.method = "GET";
    head.target = lines[0];
    const wire::TargetParts parts = wire::split_target(head.target);
    head.path = wire::percent_decode(parts.path).value_or("/");
    head.query = wire::parse_query(parts.query, 100).value_or(std::vector<wire::QueryParameter>{});
    head.headers.add("Host", std::string(lines[1]));
    head.headers.add("Authorization", std::string(lines[2]));
    if (!lines[3].empty()) head.headers.add("X-Amz-Target", std::string(lines[3]));
    const aws::Route route = router.route(head);
    if (!route.refusal && route.operation == nullptr) __builtin_trap();
    for (const auto& line : lines) {
        static_cast<void>(wire::parse_iso8601(line).has_value());
        static_cast<void>(wire::parse_http_date(line).has_value());
        static_cast<void>(wire::parse_epoch_seconds(line).has_value());
    }
    return 0;
}
