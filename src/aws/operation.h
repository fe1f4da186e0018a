// An operation is a type-erased constant: its name, the shapes of its input and output, and how to
// run it. Its file holds Input, Output, run and one line:
//
//   aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input);
//   constinit const aws::Operation create_stream = aws::operation<&run>("CreateStream");
//
// The form of a handler follows from the signature of run:
//   plain     Reply<Output> run(Service&, const Call&, Input&)
//             answers when it returns; it may wait only for disk or CPU.
//   parked    void run(Service&, const Call&, Input&, Responder<Output>)
//             keeps the responder and returns; answered later from any thread. Call and Input live
//             until the responder is answered or dropped.
//   streamed  Reply<std::unique_ptr<wire::BodySink>> run(Service&, const Call&, Input&,
//                                                        Responder<Output>)
//             the request body goes into the sink as it arrives. A Fault answers before the body
//             is read.
// An Output whose body is not held in memory has one member of type aws::StreamedBody.
#pragma once

#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "aws/call.h"
#include "aws/fault.h"
#include "base/shape.h"
#include "base/unique_function.h"

namespace aws {

using shape::member;

// A response body that is pulled while it is sent. Null: an empty body.
struct StreamedBody {
    std::unique_ptr<wire::BodySource> source;
};

// Where the answer goes: encodes it by the request's protocol. Answered once, from any thread.
class ResponseSink {
  public:
    virtual ~ResponseSink() = default;
    // `output` is an object of the operation's output type; it may be moved from.
    virtual void succeed(void* output) = 0;
    virtual void fail(Fault fault) = 0;
};

// The typed handle a handler keeps. Dropping it unanswered answers a 500, so that no client waits
// for ever for our bug.
template <class Output>
class Responder {
  public:
    explicit Responder(std::shared_ptr<ResponseSink> sink) : sink_(std::move(sink)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) noexcept = default;
    ~Responder() {
        if (sink_) sink_->fail(Fault("InternalFailure", "The request was dropped.", 500));
    }
    void operator()(Reply<Output> reply) {
        auto sink = std::exchange(sink_, nullptr);
        CHECK(sink != nullptr);
        if (reply.has_value()) {
            sink->succeed(&reply.value());
        } else {
            sink->fail(std::move(reply.error()));
        }
    }

  private:
    std::shared_ptr<ResponseSink> sink_;
};

enum class Form : std::uint8_t { plain, parked, streamed };

// For REST protocols: method and path template ("/2015-03-31/functions/{FunctionName}").
struct HttpBinding {
    const char* method = "POST";
    const char* uri = "/";
    int status = 200;
};

// Optional hand-written codecs of hot operations, for JSON bodies. Held to the description by a
// test that compares them with the generic ones. A decoder needs the straight path only: when it
// refuses (also because a required member is absent), the dispatcher makes a fresh input and
// decodes generically, so that every refusal has the generic wording.
using DecodeHook = Reply<void> (*)(std::string_view body, void* input);
using EncodeHook = void (*)(const void* output, std::string& body);

struct OperationOptions {
    HttpBinding http = {};
    DecodeHook decode_json = nullptr;
    EncodeHook encode_json = nullptr;
    // The largest body this operation takes; larger ones are refused before they are read.
    std::uint64_t body_bytes_max = 16 * 1024 * 1024;
    // REST-XML: the root element of an answer without payload member; default "<Name>Result". ""
    // when the first body member is the root itself (GetBucketLocation). Query: set, it says that
    // an output without members has a result element all the same.
    const char* output_element = nullptr;
};

struct Operation {
    std::string_view name;
    Form form = Form::plain;
    shape::TypeRef input = nullptr;
    shape::TypeRef output = nullptr;
    std::shared_ptr<void> (*make_input)() = nullptr;
    // plain and parked
    void (*run)(void* service, const Call& call, void* input,
                std::shared_ptr<ResponseSink> sink) = nullptr;
    // streamed
    Reply<std::unique_ptr<wire::BodySink>> (*run_streamed)(
        void* service, const Call& call, void* input, std::shared_ptr<ResponseSink> sink) = nullptr;
    OperationOptions options = {};
};

namespace detail {

template <auto Run, class Signature = decltype(Run)>
struct Bind;

template <class Input>
std::shared_ptr<void> make_input() {
    return std::make_shared<Input>();
}

template <auto Run, class Service, class Input, class Output>
struct Bind<Run, Reply<Output> (*)(Service&, const Call&, Input&)> {
    static constexpr Operation make(std::string_view name, OperationOptions options) {
        Operation o{name, Form::plain, &shape::type_of<Input>, &shape::type_of<Output>,
                    &make_input<Input>};
        o.run = [](void* service, const Call& call, void* input,
                   std::shared_ptr<ResponseSink> sink) {
            Responder<Output> respond(std::move(sink));
            respond(Run(*static_cast<Service*>(service), call, *static_cast<Input*>(input)));
        };
        o.options = options;
        return o;
    }
};

template <auto Run, class Service, class Input, class Output>
struct Bind<Run, void (*)(Service&, const Call&, Input&, Responder<Output>)> {
    static constexpr Operation make(std::string_view name, OperationOptions options) {
        Operation o{name, Form::parked, &shape::type_of<Input>, &shape::type_of<Output>,
                    &make_input<Input>};
        o.run = [](void* service, const Call& call, void* input,
                   std::shared_ptr<ResponseSink> sink) {
            Run(*static_cast<Service*>(service), call, *static_cast<Input*>(input),
                Responder<Output>(std::move(sink)));
        };
        o.options = options;
        return o;
    }
};

template <auto Run, class Service, class Input, class Output>
struct Bind<Run, Reply<std::unique_ptr<wire::BodySink>> (*)(Service&, const Call&, Input&,
                                                            Responder<Output>)> {
    static constexpr Operation make(std::string_view name, OperationOptions options) {
        Operation o{name, Form::streamed, &shape::type_of<Input>, &shape::type_of<Output>,
                    &make_input<Input>};
        o.run_streamed = [](void* service, const Call& call, void* input,
                            std::shared_ptr<ResponseSink> sink) {
            return Run(*static_cast<Service*>(service), call, *static_cast<Input*>(input),
                       Responder<Output>(std::move(sink)));
        };
        o.options = options;
        return o;
    }
};

}  // namespace detail

template <auto Run>
constexpr Operation operation(std::string_view name, OperationOptions options = {}) {
    return detail::Bind<Run>::make(name, options);
}

}  // namespace aws

template <>
struct shape::detail::Describe<aws::StreamedBody> : DescribeScalar<shape::Kind::stream> {};
