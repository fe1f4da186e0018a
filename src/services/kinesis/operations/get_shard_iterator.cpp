// GetShardIterator: a place in a shard to read from, by sequence number, time, or either end.
#include "services/kinesis/faults.h"
#include "services/kinesis/kinesis.h"
#include "services/kinesis/shard_iterator.h"

namespace kinesis {
namespace get_shard_iterator_operation {

struct Input : StreamTarget {
    std::string shard_id;
    std::string shard_iterator_type;
    std::optional<std::string> starting_sequence_number;
    std::optional<base::Timestamp> timestamp;
    static constexpr auto members() {
        return with_target(
            aws::member("ShardId", &Input::shard_id,
                        {.required = true, .min = 1, .max = 128, .pattern = name_pattern}),
            aws::member("ShardIteratorType", &Input::shard_iterator_type,
                        {.required = true,
                         .values = "AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, TRIM_HORIZON, "
                                   "LATEST, AT_TIMESTAMP"}),
            aws::member("StartingSequenceNumber", &Input::starting_sequence_number,
                        {.pattern = sequence_number_pattern}),
            aws::member("Timestamp", &Input::timestamp));
    }
};

struct Output {
    std::string shard_iterator;
    static constexpr auto members() {
        return std::tuple{aws::member("ShardIterator", &Output::shard_iterator)};
    }
};

bool by_number(const Input& input) {
    return input.shard_iterator_type == "AT_SEQUENCE_NUMBER" ||
           input.shard_iterator_type == "AFTER_SEQUENCE_NUMBER";
}

// The type decides what else has to be there and what must not.
aws::Reply<void> check_combination(const Input& input) {
    const bool number = by_number(input);
    const bool time = input.shard_iterator_type == "AT_TIMESTAMP";
    const std::string rule =
        "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and "
        "StartingSequenceNumber or (2) TRIM_HORIZON or LATEST and no StartingSequenceNumber or "
        "(3) AT_TIMESTAMP and Timestamp. Request specified " +
        input.shard_iterator_type;
    if (number != input.starting_sequence_number.has_value()) {
        return faults::invalid_argument(rule + (number ? " and no StartingSequenceNumber."
                                                       : " and also a StartingSequenceNumber."));
    }
    if (time != input.timestamp.has_value()) {
        return faults::invalid_argument(rule +
                                        (time ? " and no Timestamp." : " and also a Timestamp."));
    }
    return base::ok();
}

aws::Reply<segment_log::Position> from_number(const Input& input, const Stream& stream,
                                              const StreamState& state, segment_log::Lane shard) {
    const std::string& text = *input.starting_sequence_number;
    const std::string what = "StartingSequenceNumber " + text +
                             " used in GetShardIterator on shard " + state.shard_ids[shard] +
                             " in stream " + state.row.name + " under account " +
                             state.row.account + " is invalid";
    SequenceNumber number;
    const auto verdict = stream.sequence_numbers().parse(text, &number);
    if (verdict == SequenceVerdict::malformed) return faults::invalid_argument(what + ".");
    if (number.shard != shard) {
        return faults::invalid_argument(
            "Invalid StartingSequenceNumber. It encodes " + format_shard_id(number.shard) +
            ", while it was used in a call to a shard with " + state.shard_ids[shard]);
    }
    if (verdict == SequenceVerdict::other_stream) {
        return faults::invalid_argument(what + " because it did not come from this stream.");
    }
    return number.position + (input.shard_iterator_type == "AFTER_SEQUENCE_NUMBER" ? 1 : 0);
}

aws::Reply<segment_log::Position> find_position(const Input& input, const Stream& stream,
                                                const StreamState& state, segment_log::Lane shard,
                                                base::Timestamp now) {
    if (by_number(input)) return from_number(input, stream, state, shard);
    if (input.shard_iterator_type == "TRIM_HORIZON") return segment_log::Position{0};
    const auto* log = stream.log();
    if (log == nullptr) {
        return faults::from(
            {base::ErrorKind::internal, "the stream's log could not be opened", stream.id()});
    }
    if (input.shard_iterator_type == "LATEST") return log->end();
    if (*input.timestamp > now) {
        return faults::invalid_argument(
            "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. "
            "timestampInMillis: " +
            std::to_string(input.timestamp->ms) +
            ", currentTimestampInMillis: " + std::to_string(now.ms));
    }
    auto found = log->find_time(0, *input.timestamp);
    if (!found) return faults::from(found.error());
    return found.value();
}

aws::Reply<Output> run(Kinesis& kinesis, const aws::Call& call, Input& input) {
    TRY(stream, kinesis.find_active(call, input));
    const auto state = stream->state();
    TRY(shard, state->find_shard(input.shard_id));
    TRY_VOID(check_combination(input));
    TRY(position, find_position(input, *stream, *state, shard, kinesis.now()));
    return Output{seal_iterator(kinesis.tokens(), {stream->id(), shard, position, kinesis.now()})};
}

}  // namespace get_shard_iterator_operation

constinit const aws::Operation get_shard_iterator =
    aws::operation<&get_shard_iterator_operation::run>("GetShardIterator");

}  // namespace kinesis
