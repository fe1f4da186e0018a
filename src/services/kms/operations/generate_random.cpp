// GenerateRandom: bytes of the server's own randomness.
#include "services/kms/data_key.h"

namespace kms {
namespace generate_random_operation {

struct Input {
    std::optional<std::int32_t> number_of_bytes;
    std::optional<std::string> custom_key_store_id;
    std::optional<shape::Document> recipient;
    static constexpr auto members() {
        using I = Input;
        return std::tuple{
            shape::member("NumberOfBytes", &I::number_of_bytes, number_of_bytes_rule),
            shape::member("CustomKeyStoreId", &I::custom_key_store_id, {.min = 1, .max = 64}),
            shape::member("Recipient", &I::recipient)};
    }
};
struct Output {
    base::Blob plaintext;
    static constexpr auto members() {
        return std::tuple{shape::member("Plaintext", &Output::plaintext, {.sensitive = true})};
    }
};

aws::Reply<Output> run(Kms& kms, const aws::Call&, Input& input) {
    if (input.recipient) return no_recipients();
    if (input.custom_key_store_id) {
        return faults::unsupported("Custom key stores are not supported by this server.");
    }
    if (!input.number_of_bytes) return faults::validation("Please specify number of bytes.");
    return Output{{kms.random().bytes(static_cast<std::size_t>(*input.number_of_bytes))}};
}

}  // namespace generate_random_operation

constinit const aws::Operation generate_random =
    aws::operation<&generate_random_operation::run>("GenerateRandom");

}  // namespace kms
