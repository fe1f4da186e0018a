#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/logging.h"
#include "base/metrics.h"
#include "base/shape.h"
#include "base/unique_function.h"

namespace {

struct Node {
    std::string name;
    std::vector<Node> children;
    std::unique_ptr<Node> left;
    std::optional<std::int64_t> count;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        return std::tuple{shape::member("Name", &Node::name, {.required = true, .min = 1}),
                          shape::member("Children", &Node::children),
                          shape::member("Left", &Node::left), shape::member("Count", &Node::count),
                          shape::member("Tags", &Node::tags)};
    }
};

TEST(Shape, DescribesMembersInOrder) {
    const shape::Type& type = shape::type_of<Node>();
    ASSERT_EQ(type.members.size(), 5U);
    EXPECT_EQ(type.members[0].name, "Name");
    EXPECT_TRUE(type.members[0].constraints.required);
    EXPECT_EQ(type.find_member("Tags")->type().kind, shape::Kind::map);
    EXPECT_EQ(type.find_member("Nothing"), nullptr);
}

TEST(Shape, RecursionThroughVectorAndPointer) {
    const shape::Type& type = shape::type_of<Node>();
    EXPECT_EQ(&type.members[1].type().element(), &type);
    EXPECT_EQ(&type.members[2].type().element(), &type);
}

TEST(Shape, WritesThroughAddresses) {
    Node node;
    const shape::Type& type = shape::type_of<Node>();
    *static_cast<std::string*>(type.members[0].address(&node)) = "root";
    const shape::Type& list = type.members[1].type();
    auto* child = static_cast<Node*>(list.append(type.members[1].address(&node)));
    child->name = "child";
    EXPECT_EQ(node.children.at(0).name, "child");
    const shape::Type& optional = type.members[3].type();
    EXPECT_EQ(optional.get(type.members[3].address(&node)), nullptr);
    *static_cast<std::int64_t*>(optional.emplace(type.members[3].address(&node))) = 7;
    EXPECT_EQ(node.count, 7);
}

TEST(Bytes, OrderedNumbersSortAsNumbers) {
    std::string small;
    std::string large;
    base::append_ordered(small, std::uint32_t{255});
    base::append_ordered(large, std::uint32_t{256});
    EXPECT_LT(small, large);
    EXPECT_EQ(base::load_ordered<std::uint32_t>(large.data()), 256U);
}

TEST(UniqueFunction, OwnsMoveOnlyState) {
    auto value = std::make_unique<int>(4);
    base::UniqueFunction<int(int)> add = [held = std::move(value)](int n) { return *held + n; };
    EXPECT_EQ(add(3), 7);
    auto moved = std::move(add);
    EXPECT_FALSE(static_cast<bool>(add));  // NOLINT(bugprone-use-after-move): empty is specified
    EXPECT_TRUE(static_cast<bool>(moved));
}

TEST(Logging, BytesFromOutsideCannotForgeALine) {
    const std::string line =
        base::format_log_line("put", {{"key", "a\nERROR b"}, {"bucket", "plain"}});
    EXPECT_EQ(line, "put key=\"a\\nERROR b\" bucket=plain");
}

TEST(Metrics, RendersEachFamilyOnce) {
    base::Metrics metrics;
    metrics.counter("requests_total", "op=\"A\"", "Requests.").add(2);
    metrics.counter("other_total", "", "Others.").add();
    metrics.counter("requests_total", "op=\"B\"", "Requests.").add(3);
    metrics.counter("requests_total", "op=\"A\"", "Requests.").add();
    metrics.histogram("seconds", "", "Time.").observe_us(3);
    const std::string text = metrics.render();
    EXPECT_NE(text.find("requests_total{op=\"A\"} 3\nrequests_total{op=\"B\"} 3\n"),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("# TYPE requests_total"), text.rfind("# TYPE requests_total"));
    EXPECT_NE(text.find("seconds_bucket{le=\"0.000004\"} 1"), std::string::npos) << text;
}

class CountingRandom final : public base::Random {
  public:
    void fill(std::span<char> out) override {
        for (char& c : out)
            c = static_cast<char>(next_++);
    }

  private:
    unsigned char next_ = 0;
};

TEST(Ids, HaveAwsShapes) {
    CountingRandom random;
    EXPECT_EQ(base::make_uuid(random), "00010203-0405-4607-8809-0a0b0c0d0e0f");
    EXPECT_EQ(base::make_hex_id(random, 5).size(), 5U);
    EXPECT_EQ(base::make_upper_id(random, 20).size(), 20U);
}

}  // namespace
