// Lists against a reference that sorts and rolls up in memory, on random keys.
#include "object_store/listing.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "object_store/testing.h"

namespace {

using object_store::ListAnswer;
using object_store::ListRequest;
using object_store::testing::Stage;

// What a list answers, in one line: "k:<key> p:<common prefix> … +" with "+" for truncated.
std::string show(const ListAnswer& answer) {
    std::vector<std::string> items;
    for (const auto& object : answer.objects)
        items.push_back("k:" + object.key);
    for (const auto& prefix : answer.common_prefixes)
        items.push_back("p:" + prefix);
    std::sort(items.begin(), items.end(),
              [](const auto& a, const auto& b) { return a.substr(2) < b.substr(2); });
    std::string text;
    for (const auto& item : items)
        text += item + " ";
    return text + (answer.truncated ? "+" : "");
}

// The reference: no seeks, no cleverness.
ListAnswer reference(const std::set<std::string>& keys, const ListRequest& request) {
    ListAnswer answer;
    if (request.keys_max == 0) return answer;
    for (const std::string& key : keys) {
        if (!key.starts_with(request.prefix)) continue;
        if (!request.start_after.empty() && key <= request.start_after) continue;
        std::string item = key;
        bool is_group = false;
        if (!request.delimiter.empty()) {
            const auto found = key.find(request.delimiter, request.prefix.size());
            if (found != std::string::npos) {
                item = key.substr(0, found + request.delimiter.size());
                is_group = true;
            }
        }
        if (is_group && item == request.start_after) continue;
        if (is_group && !answer.common_prefixes.empty() && answer.common_prefixes.back() == item) {
            continue;
        }
        if (answer.objects.size() + answer.common_prefixes.size() == request.keys_max) {
            answer.truncated = true;
            break;
        }
        if (is_group) {
            answer.common_prefixes.push_back(item);
        } else {
            answer.objects.push_back({.key = item});
        }
        answer.next_start_after = item;
    }
    return answer;
}

class ListingTest : public testing::Test {
  protected:
    void SetUp() override {
        stage_.make_bucket("b");
        stage_.make_bucket("c");
    }
    void put(const std::string& key) {
        ASSERT_TRUE(stage_.put("b", key, ""));
        keys_.insert(key);
    }
    std::string list(const ListRequest& request) {
        const auto answer = stage_.store->list("b", request);
        return answer ? show(answer.value()) : answer.error().describe();
    }
    Stage stage_;
    std::set<std::string> keys_;
};

TEST_F(ListingTest, OrderIsThatOfTheBytes) {
    for (const char* key :
         {"b", "B", "a/", "a", "ü", "zz", "\xf0\x9f\x98\x80", "\xef\xbf\xbd", "a-"}) {
        put(key);
    }
    EXPECT_EQ(list({}), "k:B k:a k:a- k:a/ k:b k:zz k:ü k:\xef\xbf\xbd k:\xf0\x9f\x98\x80 ");
}

TEST_F(ListingTest, RollsUpAtTheDelimiter) {
    for (const char* key : {"a.txt", "photos/1", "photos/2/3", "photos/2/4", "z"})
        put(key);
    EXPECT_EQ(list({.delimiter = "/"}), "k:a.txt p:photos/ k:z ");
    EXPECT_EQ(list({.prefix = "photos/", .delimiter = "/"}), "k:photos/1 p:photos/2/ ");
    EXPECT_EQ(list({.prefix = "photos", .delimiter = "/"}), "p:photos/ ");
    EXPECT_EQ(list({.prefix = "none", .delimiter = "/"}), "");
    EXPECT_EQ(list({.delimiter = "/", .keys_max = 1}), "k:a.txt +");
    EXPECT_EQ(list({.delimiter = "/", .start_after = "a.txt", .keys_max = 1}), "p:photos/ +");
    EXPECT_EQ(list({.delimiter = "/", .start_after = "photos/", .keys_max = 1}), "k:z ");
    EXPECT_EQ(list({.delimiter = "/", .start_after = "photos/1"}), "p:photos/ k:z ");
    EXPECT_EQ(list({.keys_max = 0}), "");
}

TEST_F(ListingTest, OtherBucketsAreNotSeen) {
    put("k");
    ASSERT_TRUE(stage_.put("c", "other", ""));
    EXPECT_EQ(list({}), "k:k ");
    EXPECT_EQ(stage_.store->list("nope", {}).error().kind, base::ErrorKind::not_found);
}

TEST_F(ListingTest, RandomKeysAgreeWithTheReference) {
    sim::SeededRandom random(42);
    const std::string alphabet = "ab/\xff-";
    const auto word = [&](std::size_t length_max) {
        std::string text;
        for (auto left = random.below(length_max + 1); left > 0; --left) {
            text.push_back(alphabet[random.below(alphabet.size())]);
        }
        return text;
    };
    meta_store::Changes none;
    while (keys_.size() < 200) {
        const std::string key = "x" + word(7);
        ASSERT_TRUE(stage_.store->put("b", key, ""));
        keys_.insert(key);
    }
    for (int i = 0; i < 500; ++i) {
        ListRequest request;
        if (random.below(2) == 0) request.prefix = "x" + word(2);
        if (random.below(4) != 0) request.delimiter = random.below(4) == 0 ? "a/" : "/";
        if (random.below(2) == 0) request.start_after = "x" + word(5);
        request.keys_max = random.below(20);
        const ListAnswer expected = reference(keys_, request);
        const auto got = stage_.store->list("b", request);
        ASSERT_TRUE(got.has_value());
        ASSERT_EQ(show(got.value()), show(expected))
            << "prefix '" << request.prefix << "' delimiter '" << request.delimiter << "' after '"
            << request.start_after << "' max " << request.keys_max;
        if (!expected.truncated) continue;
        EXPECT_EQ(got.value().next_start_after, expected.next_start_after);
    }
}

TEST_F(ListingTest, PagesJoinToTheWhole) {
    for (int i = 0; i < 30; ++i)
        put("d" + std::to_string(i % 7) + "/" + std::to_string(i));
    for (const char* delimiter : {"", "/"}) {
        const std::string whole = list({.delimiter = delimiter});
        for (std::size_t page = 1; page < 5; ++page) {
            std::string joined;
            ListRequest request{.delimiter = delimiter, .keys_max = page};
            while (true) {
                const auto answer = stage_.store->list("b", request).value();
                joined += show(answer);
                if (!answer.truncated) break;
                joined.pop_back();
                request.start_after = answer.next_start_after;
            }
            EXPECT_EQ(joined, whole);
        }
    }
}

}  // namespace
