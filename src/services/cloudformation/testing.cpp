#include "services/cloudformation/testing.h"

#include <boost/json/parse.hpp>

#include "wire/uri.h"

namespace cloudformation::testing {

namespace {

namespace json = boost::json;

// ---- the fake service ----

struct MakeInput {
    std::string name;
    std::string value;
    std::int32_t size = 0;
    std::int32_t polls = 0;
    std::string fail_on;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        using I = MakeInput;
        return std::tuple{aws::member("Name", &I::name, {.required = true, .min = 1, .max = 64}),
                          aws::member("Value", &I::value),
                          aws::member("Size", &I::size),
                          aws::member("Polls", &I::polls),
                          aws::member("FailOn", &I::fail_on),
                          aws::member("Tags", &I::tags)};
    }
};
struct NameInput {
    std::string name;
    static constexpr auto members() {
        return std::tuple{aws::member("Name", &NameInput::name, {.required = true})};
    }
};
struct ThingOutput {
    std::string arn;
    std::string value;
    std::string state;
    static constexpr auto members() {
        using O = ThingOutput;
        return std::tuple{aws::member("Arn", &O::arn), aws::member("Value", &O::value),
                          aws::member("State", &O::state)};
    }
};

aws::Reply<void> note(World& world, const std::string& call) {
    world.calls.push_back(call);
    const auto fault = world.faults.find(call);
    if (fault == world.faults.end()) return base::ok();
    aws::Fault thrown = fault->second;
    world.faults.erase(fault);
    return thrown;
}

aws::Fault not_there(const std::string& name) {
    return {"NoSuchThing", "There is no thing " + name};
}

// What there is to answer; nullopt: the answer is kept.
std::optional<aws::Reply<shape::Empty>> make_one(World& world, const MakeInput& input) {
    base::MutexLock lock(world.mutex);
    if (auto noted = note(world, "Make " + input.name); !noted) return std::move(noted.error());
    if (world.things.contains(input.name)) {
        return aws::Fault("ThingExists", "The thing " + input.name + " exists");
    }
    if (input.fail_on == "create") return aws::Fault("BadThing", "It must not be made");
    auto& thing = world.things[input.name];
    thing = {input.value, input.size, input.polls, input.fail_on, input.tags, thing.times_made + 1};
    if (world.held_name == input.name) return std::nullopt;
    return shape::Empty{};
}

void make(World& world, const aws::Call&, MakeInput& input, aws::Responder<shape::Empty> respond) {
    auto reply = make_one(world, input);
    if (reply) return respond(std::move(*reply));
    base::MutexLock lock(world.mutex);
    world.held.emplace_back([respond = std::move(respond)]() mutable { respond(shape::Empty{}); });
}

aws::Reply<shape::Empty> change(World& world, const aws::Call&, MakeInput& input) {
    base::MutexLock lock(world.mutex);
    TRY_VOID(note(world, "Change " + input.name));
    const auto found = world.things.find(input.name);
    if (found == world.things.end()) return not_there(input.name);
    if (input.fail_on == "update") return aws::Fault("BadThing", "It must not be changed");
    found->second.value = input.value;
    found->second.size = input.size;
    found->second.fail_on = input.fail_on;
    found->second.tags = input.tags;
    found->second.polls_left = input.polls;
    return shape::Empty{};
}

aws::Reply<shape::Empty> drop(World& world, const aws::Call&, NameInput& input) {
    base::MutexLock lock(world.mutex);
    TRY_VOID(note(world, "Drop " + input.name));
    const auto found = world.things.find(input.name);
    if (found == world.things.end()) return not_there(input.name);
    if (found->second.fail_on == "delete") return aws::Fault("BadThing", "It must not go");
    world.things.erase(found);
    return shape::Empty{};
}

aws::Reply<ThingOutput> look(World& world, const aws::Call&, NameInput& input) {
    base::MutexLock lock(world.mutex);
    const auto found = world.things.find(input.name);
    if (found == world.things.end()) return not_there(input.name);
    World::Thing& thing = found->second;
    const bool settled = thing.polls_left == 0;
    if (!settled) --thing.polls_left;
    const std::string state = !settled ? "MAKING" : thing.fail_on == "late" ? "BROKEN" : "READY";
    return ThingOutput{"arn:thing:" + input.name, thing.value, state};
}

aws::Reply<aws::Settled> settled(const json::object& output) {
    const json::string& state = output.at("State").get_string();
    if (state == "BROKEN") return aws::Fault("BadThing", "It broke");
    return state == "READY" ? aws::Settled::yes : aws::Settled::not_yet;
}

constinit const aws::Operation make_operation = aws::operation<&make>("Make");
constinit const aws::Operation change_operation = aws::operation<&change>("Change");
constinit const aws::Operation drop_operation = aws::operation<&drop>("Drop");
constinit const aws::Operation look_operation = aws::operation<&look>("Look");
constexpr const aws::Operation* fake_operations[] = {&make_operation, &change_operation,
                                                     &drop_operation, &look_operation};

struct ThingType {
    struct Properties {
        std::optional<std::string> name;
        std::string value;
        std::int32_t size = 0;
        std::vector<std::string> of;
        std::int32_t polls = 0;
        std::string fail_on;
        std::vector<aws::Tag> tags;
        static constexpr auto members() {
            using P = Properties;
            return std::tuple{aws::member("Name", &P::name, {.replaces = true}),
                              aws::member("Value", &P::value),
                              aws::member("Size", &P::size),
                              aws::member("Of", &P::of),
                              aws::member("Polls", &P::polls),
                              aws::member("FailOn", &P::fail_on),
                              aws::member("Tags", &P::tags)};
        }
    };
    static constexpr std::string_view attributes[] = {"Arn", "Value"};

    static std::string identify(const aws::ResourceContext& context, const Properties& p) {
        return p.name ? *p.name : aws::generated_name(context, 64);
    }
    static json::object input(const aws::ResourceContext& context, const Properties& p) {
        json::object tags;
        for (const auto& [key, value] : aws::merge_tags(context, p.tags))
            tags[key] = value;
        return {
            {"Name", context.physical_id}, {"Value", p.value}, {"Size", p.size}, {"Polls", p.polls},
            {"FailOn", p.fail_on},         {"Tags", tags}};
    }
    static aws::ResourceStep wait(const aws::ResourceContext& context) {
        return {"fake", "Look", {{"Name", context.physical_id}}, {}, &settled};
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& p) {
        if (p.size > 1000) return aws::Fault("BadThing", "Size is too large");
        return aws::ResourceSteps{{"fake", "Make", input(context, p), {"ThingExists"}},
                                  wait(context)};
    }
    static aws::Reply<aws::ResourceSteps> update(const aws::ResourceContext& context,
                                                 const Properties&, const Properties& after) {
        return aws::ResourceSteps{{"fake", "Change", input(context, after)}, wait(context)};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return {{"fake", "Drop", {{"Name", context.physical_id}}, {"NoSuchThing"}}};
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return {{"fake", "Look", {{"Name", context.physical_id}}, {"NoSuchThing"}}};
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs& outputs) {
        return {{"Arn", outputs[0].at("Arn")}, {"Value", outputs[0].at("Value")}};
    }
};

struct RigidType {
    struct Properties {
        std::string value;
        static constexpr auto members() {
            return std::tuple{aws::member("Value", &Properties::value)};
        }
    };
    static constexpr auto attributes = aws::no_attributes;
    static std::string identify(const aws::ResourceContext& context, const Properties&) {
        return aws::generated_lower_name(context, 64);
    }
    static aws::Reply<aws::ResourceSteps> create(const aws::ResourceContext& context,
                                                 const Properties& p) {
        return aws::ResourceSteps{
            {"fake", "Make", {{"Name", context.physical_id}, {"Value", p.value}}, {"ThingExists"}}};
    }
    static aws::ResourceSteps remove(const aws::ResourceContext& context, const Properties&) {
        return ThingType::remove(context, {});
    }
    static aws::ResourceSteps read(const aws::ResourceContext& context, const Properties&) {
        return ThingType::read(context, {});
    }
    static json::object describe(const aws::ResourceContext&, const Properties&,
                                 const aws::ResourceOutputs&) {
        return {};
    }
};

constinit const aws::ResourceType thing_type = aws::resource_type<ThingType>("Test::Thing");
constinit const aws::ResourceType rigid_type = aws::resource_type<RigidType>("Test::Rigid");
constexpr const aws::ResourceType* fake_types[] = {&thing_type, &rigid_type};

// ---- SSM, as far as templates ask it ----

struct ParameterValue {
    std::string value;
    static constexpr auto members() {
        return std::tuple{aws::member("Value", &ParameterValue::value)};
    }
};
struct ParameterOutput {
    ParameterValue parameter;
    static constexpr auto members() {
        return std::tuple{aws::member("Parameter", &ParameterOutput::parameter)};
    }
};
aws::Reply<ParameterOutput> get_parameter(World& world, const aws::Call&, NameInput& input) {
    base::MutexLock lock(world.mutex);
    ++world.parameters_read;
    const auto found = world.parameters.find(input.name);
    if (found == world.parameters.end()) return aws::Fault("ParameterNotFound", "");
    return ParameterOutput{{found->second}};
}
constinit const aws::Operation parameter_operation = aws::operation<&get_parameter>("GetParameter");
constexpr const aws::Operation* ssm_operations[] = {&parameter_operation};

}  // namespace

const aws::ServiceModel fake_model = {.id = "fake",
                                      .signing_name = "fake",
                                      .target_prefix = "Fake",
                                      .operations = fake_operations,
                                      .resources = fake_types};
const aws::ServiceModel ssm_model = {
    .id = "ssm", .signing_name = "ssm", .target_prefix = "AmazonSSM", .operations = ssm_operations};

std::string World::names() const {
    std::string list;
    for (const auto& [name, thing] : things)
        list += (list.empty() ? "" : " ") + name;
    return list;
}

std::size_t World::count_calls(const std::string& call) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
}

void FakeFunctions::invoke(const std::string&, std::string payload, const aws::Caller&,
                           InvokeDone done) {
    events.push_back(json::parse(payload).as_object());
    if (script) script(events.back(), std::move(done));
}

// ---- the fixture ----

StacksTest::StacksTest(std::uint64_t seed) : stage_({}, seed) {
    stage_.make_bucket("templates");
    open();
}

StacksTest::~StacksTest() {
    if (stacks_) stacks_->stop();
    stage_.executor.drop_all();
    harness_.reset();
    stacks_.reset();
}

void StacksTest::open() {
    client_ = std::make_unique<aws::InternalClient>(stage_.log);
    stacks_ = std::make_unique<CloudFormation>(
        Environment{stage_.clock, stage_.random, stage_.executor, stage_.log, metrics_,
                    *stage_.meta, *stage_.store, *client_, functions_,
                    [](std::int64_t) {
                        return wire::sigv4::Credentials{response_account, "secret", ""};
                    },
                    patience_ms_});
    client_->add(fake_model, &world_);
    client_->add(ssm_model, &world_);
    client_->add(model, stacks_.get());
    stacks_->set_endpoint("http://127.0.0.1:4566");
    const auto started = stacks_->start();
    EXPECT_TRUE(started.has_value());
    harness_ = std::make_unique<aws::testing::Harness>(model, stacks_.get());
    harness_->set_pump([this] {
        // Time passes only for answers that wait for it.
        if (!stage_.executor.run_one() && patience_ms_ > 0) stage_.executor.run_for_ms(10);
    });
}

void StacksTest::restart() {
    stacks_->stop();
    stage_.executor.drop_all();
    harness_.reset();
    stacks_.reset();
    open();
}

void StacksTest::crash() {
    stage_.executor.drop_all();
    harness_.reset();
    // What runs can never end, so it is never destroyed: as a killed process leaves it.
    static auto& killed = *new std::vector<std::pair<CloudFormation*, aws::InternalClient*>>();
    killed.emplace_back(stacks_.release(), client_.release());
    world_.held.clear();
    EXPECT_TRUE(stage_.reopen()) << stage_.error;
    open();
}

aws::testing::Answer StacksTest::call(const std::string& action, const Fields& fields) {
    std::string form = "Action=" + action + "&Version=2010-05-15";
    for (const auto& [name, value] : fields) {
        form += "&" + wire::percent_encode(name) + "=" + wire::percent_encode(value);
    }
    return harness_->query(form);
}

std::string StacksTest::outcome(const std::string& action, const Fields& fields) {
    const auto answer = call(action, fields);
    if (answer.status == 200) return "";
    return answer.error_code() + ": " + element(answer.body, "Message");
}

void StacksTest::settle() {
    for (int i = 0; i < 6000; ++i) {
        stage_.executor.run_until_idle();
        if (stage_.executor.timer_count() == 0) return;
        stage_.executor.run_for_ms(100);
    }
}

std::string StacksTest::deploy(const std::string& name, const std::string& template_body,
                               Fields more) {
    const bool update = call("DescribeStacks", {{"StackName", name}}).status == 200;
    Fields fields{{"StackName", name}, {"TemplateBody", template_body}};
    fields.insert(fields.end(), more.begin(), more.end());
    const std::string refused = outcome(update ? "UpdateStack" : "CreateStack", fields);
    if (!refused.empty()) return refused;
    settle();
    return status(name);
}

std::string StacksTest::remove(const std::string& name) {
    const auto described = call("DescribeStacks", {{"StackName", name}});
    const std::string id = element(described.body, "StackId");
    const std::string refused = outcome("DeleteStack", {{"StackName", name}});
    if (!refused.empty()) return refused;
    settle();
    return status(id.empty() ? name : id);
}

std::string StacksTest::status(const std::string& name) {
    const auto answer = call("DescribeStacks", {{"StackName", name}});
    if (answer.status != 200) return element(answer.body, "Message");
    return element(answer.body, "StackStatus");
}

std::string StacksTest::status_reason(const std::string& name) {
    return element(call("DescribeStacks", {{"StackName", name}}).body, "StackStatusReason");
}

std::string StacksTest::events(const std::string& name) {
    std::vector<std::string> lines;
    Fields fields{{"StackName", name}};
    while (true) {
        const auto answer = call("DescribeStackEvents", fields);
        for (const std::string& event : elements(answer.body, "member")) {
            const std::string type = element(event, "ResourceType");
            const std::string reason = element(event, "ResourceStatusReason");
            lines.push_back(
                (type == "AWS::CloudFormation::Stack" &&
                         element(event, "PhysicalResourceId") == element(event, "StackId")
                     ? "*"
                     : element(event, "LogicalResourceId")) +
                " " + element(event, "ResourceStatus") + (reason.empty() ? "" : " " + reason));
        }
        const std::string next = element(answer.body, "NextToken");
        if (next.empty()) break;
        fields = {{"StackName", name}, {"NextToken", next}};
    }
    std::string text;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line)
        text += *line + "\n";
    return text;
}

std::string StacksTest::resources(const std::string& name) {
    std::string text;
    const auto answer = call("ListStackResources", {{"StackName", name}});
    for (const std::string& one : elements(answer.body, "member")) {
        text += (text.empty() ? "" : " ") + element(one, "LogicalResourceId") + "=" +
                element(one, "ResourceStatus");
    }
    return text;
}

std::string StacksTest::output(const std::string& name, const std::string& key) {
    const auto answer = call("DescribeStacks", {{"StackName", name}});
    const auto keys = elements(answer.body, "OutputKey");
    const auto values = elements(answer.body, "OutputValue");
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] == key) return values[i];
    }
    return "(none)";
}

std::string StacksTest::change_set(const std::string& name, const std::string& template_body,
                                   const std::string& type, Fields more) {
    Fields fields{{"StackName", name},
                  {"ChangeSetName", "c"},
                  {"ChangeSetType", type},
                  {"TemplateBody", template_body}};
    fields.insert(fields.end(), more.begin(), more.end());
    return outcome("CreateChangeSet", fields);
}

// ---- texts ----

std::vector<std::string> elements(std::string_view xml, const std::string& name) {
    std::vector<std::string> found;
    const std::string open = "<" + name + ">";
    const std::string close = "</" + name + ">";
    std::size_t at = 0;
    while ((at = xml.find(open, at)) != std::string_view::npos) {
        at += open.size();
        // Elements of the same name may stand inside.
        int depth = 1;
        std::size_t end = at;
        while (depth > 0) {
            const std::size_t closing = xml.find(close, end);
            if (closing == std::string_view::npos) return found;
            const std::size_t opening = xml.find(open, end);
            if (opening < closing) {
                ++depth;
                end = opening + open.size();
            } else {
                --depth;
                end = closing + (depth > 0 ? close.size() : 0);
            }
        }
        std::string text(xml.substr(at, end - at));
        for (const auto& [entity, character] : {std::pair{"&quot;", "\""},
                                                {"&apos;", "'"},
                                                {"&lt;", "<"},
                                                {"&gt;", ">"},
                                                {"&#39;", "'"},
                                                {"&#34;", "\""},
                                                {"&#xA;", "\n"},
                                                {"&amp;", "&"}}) {
            for (std::size_t p = text.find(entity); p != std::string::npos;
                 p = text.find(entity, p + 1)) {
                text.replace(p, std::string_view(entity).size(), character);
            }
        }
        found.push_back(std::move(text));
        at = end;
    }
    return found;
}

std::string element(std::string_view xml, const std::string& name) {
    const auto all = elements(xml, name);
    return all.empty() ? "" : all.front();
}

std::string thing(const std::string& logical_id, const std::string& properties,
                  const std::string& more, const std::string& type) {
    return "\"" + logical_id + R"(":{"Type":")" + type + R"(","Properties":{)" + properties + "}" +
           (more.empty() ? "" : "," + more) + "}";
}

std::string body(std::initializer_list<std::string> resources, const std::string& more) {
    std::string list;
    for (const std::string& one : resources)
        list += (list.empty() ? "" : ",") + one;
    return R"({"Resources":{)" + list + "}" + (more.empty() ? "" : "," + more) + "}";
}

}  // namespace cloudformation::testing
