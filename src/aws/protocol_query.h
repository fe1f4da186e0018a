// AWS Query: a form body with Action and Version, answers in XML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/protocol.h"

namespace aws {

// More parameters in one form are refused.
inline constexpr std::size_t form_parameters_max = 100'000;

class QueryCodec final : public Codec {
  public:
    Reply<void> decode(const Message& message, std::string_view body, void* input,
                       wire::MissingMembers& missing) const override;
    wire::Response encode(const Message& message, void* output) const override;
    wire::Response encode_fault(const Message& message, const Fault& fault) const override;
};

// The value of Action in a form body.
std::optional<std::string> find_form_action(std::string_view body);

}  // namespace aws
