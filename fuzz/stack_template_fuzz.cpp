// Hostile templates: parsing and evaluating never crash and end; a tree's JSON reads back the same;
// an order has each resource after what it waits for.
#include <cstdlib>

#include "stack_template/evaluate.h"

namespace {

using namespace stack_template;

class Half : public Resolver {
  public:
    Answer ref(const std::string& id) override {
        if (id.size() % 2 == 0) return std::optional<json::value>();
        return std::optional<json::value>(json::string(id));
    }
    Answer attribute(const std::string&, const std::string& name) override {
        if (name.size() % 2 == 0) return std::optional<json::value>();
        return std::optional<json::value>(json::array{1, "a"});
    }
    Answer import_value(const std::string& name) override {
        return std::optional<json::value>(json::string(name));
    }
    Answer ssm_parameter(const std::string& name) override {
        return std::optional<json::value>(json::string(name));
    }
};

class Names : public ParameterSource {
  public:
    base::Result<std::string> ssm_parameter(const std::string& name) override {
        return name + ",{{resolve:ssm:" + name + "}}";
    }
};

void check_order(const Graph& graph) {
    std::set<std::string_view> made;
    for (const std::string& name : graph.order) {
        for (const std::string& target : graph.dependencies.at(name)) {
            if (!made.contains(target)) std::abort();
        }
        made.insert(name);
    }
    if (made.size() != graph.dependencies.size()) std::abort();
}

void check_tree(std::string_view text) {
    const auto tree = parse_tree(text);
    if (!tree) return;
    const std::string once = serialize(tree.value());
    if (!tree.value().is_object() || once.size() > text_bytes_max) return;
    const auto again = parse_tree(once);
    if (!again || serialize(again.value()) != once) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_tree(text);
    const auto parsed = parse(text);
    if (!parsed) {
        if (parsed.error().message.empty()) std::abort();
        return 0;
    }
    const Template& made = parsed.value();
    Names names;
    std::vector<ParameterInput> given;
    for (const Parameter& parameter : made.parameters) {
        if (!parameter.default_value) given.push_back({parameter.name, "1"});
    }
    const auto values = bind_parameters(made, given, nullptr, names);
    if (!values) return 0;
    PseudoParameters pseudo;
    pseudo.region = "us-west-2";
    const auto evaluator = Evaluator::make(made, values.value(), pseudo);
    if (!evaluator) return 0;
    Half resolver;
    const auto graph = evaluator.value().graph();
    if (graph) check_order(graph.value());
    for (const Resource& resource : made.resources) {
        if (!evaluator.value().is_active(resource)) continue;
        (void)evaluator.value().properties(resource, resolver);
    }
    (void)evaluator.value().outputs(resolver);
    (void)evaluator.value().imports();
    (void)summarize(made);
    return 0;
}
