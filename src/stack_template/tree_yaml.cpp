// YAML text to a tree, over yaml-cpp's events: tags, quotes and the texts of scalars are seen
// before they are values. yaml-cpp throws; that ends here.
//
// As CloudFormation, we take YAML 1.1 without aliases, merge keys and the tags !!binary, !!omap,
// !!pairs, !!set, !!timestamp. Without aliases nothing can grow beyond its text.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>

#include "stack_template/stack_template.h"
#include "stack_template/tree.h"

namespace stack_template {

namespace {

constexpr std::string_view core_tag = "tag:yaml.org,2002:";

// CloudFormation takes YAML 1.1's booleans: a tag with `Value: YES` has the value "true".
json::value yaml_scalar(std::string_view text) {
    for (const std::string_view word :
         {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"}) {
        if (text == word) return true;
    }
    for (const std::string_view word :
         {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"}) {
        if (text == word) return false;
    }
    return plain_scalar(text);
}

class Events : public YAML::EventHandler {
  public:
    TreeBuilder& builder() { return builder_; }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
        if (builder_.wants_key()) {
            builder_.fail({base::ErrorKind::invalid,
                           "Template format error: 'null' values are not allowed in templates. "
                           "Quote the key \"Null\". (line " +
                               std::to_string(mark.line + 1) + ")",
                           {}});
            return;
        }
        builder_.scalar(nullptr, {}, at(mark));
    }
    void OnAlias(const YAML::Mark&, YAML::anchor_t) override {
        builder_.fail({base::ErrorKind::invalid,
                       "Template error: YAML aliases are not allowed in CloudFormation templates",
                       {}});
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  const std::string& value) override {
        if (builder_.wants_key()) {
            if (tag == "?" && value == "<<") {
                unsupported("YAML merge keys (<<)");
                return;
            }
            builder_.key(value, at(mark));
            return;
        }
        const std::string function = function_of(tag);
        const bool plain = tag == "?" || tag.empty() ||
                           (tag.starts_with(core_tag) && tag != "tag:yaml.org,2002:str");
        builder_.scalar(plain ? yaml_scalar(value) : json::value(json::string(value)), function,
                        at(mark));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                         YAML::EmitterStyle::value) override {
        builder_.begin_list(function_of(tag), at(mark));
    }
    void OnSequenceEnd() override { builder_.end_container(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                    YAML::EmitterStyle::value) override {
        builder_.begin_map(function_of(tag), at(mark));
    }
    void OnMapEnd() override { builder_.end_container(); }

  private:
    static TextPosition at(const YAML::Mark& mark) {
        return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
    }
    void unsupported(const std::string& what) {
        builder_.fail({base::ErrorKind::unsupported,
                       "Template error: " + what + " are not supported in CloudFormation templates",
                       {}});
    }
    // "!Sub" is Fn::Sub; whether there is such a function is seen later.
    std::string function_of(const std::string& tag) {
        if (tag.empty() || tag == "?" || tag == "!") return {};
        if (tag.starts_with(core_tag)) {
            const std::string_view name = std::string_view(tag).substr(core_tag.size());
            if (name == "binary" || name == "omap" || name == "pairs" || name == "set" ||
                name == "timestamp") {
                unsupported("YAML tags !!" + std::string(name));
            }
            return {};
        }
        if (tag == "!Ref" || tag == "!Condition") return tag.substr(1);
        if (tag.size() > 1 && tag.front() == '!') return "Fn::" + tag.substr(1);
        unsupported("YAML tags " + tag);
        return {};
    }

    TreeBuilder builder_;
};

}  // namespace

base::Result<json::value> parse_yaml_tree(std::string_view text) {
    Events events;
    try {
        std::istringstream input{std::string(text)};
        YAML::Parser parser(input);
        bool more = parser.HandleNextDocument(events);
        if (more && !events.builder().failed() && parser.HandleNextDocument(events)) {
            return base::Error{base::ErrorKind::invalid,
                               "Template format error: more than one YAML document.",
                               {}};
        }
    } catch (const YAML::Exception& exception) {
        // "end of sequence flow not found": yaml-cpp does not say where that is.
        if (exception.msg.starts_with("end of ")) {
            return not_well_formed("YAML", position_of(text, text.size()));
        }
        // Line and column are -1 where yaml-cpp does not know.
        return not_well_formed("YAML", {static_cast<std::size_t>(exception.mark.line + 1),
                                        static_cast<std::size_t>(exception.mark.column + 1)});
    }
    if (events.builder().failed()) return events.builder().error();
    if (auto root = events.builder().take()) return std::move(*root);
    return json::value(nullptr);
}

}  // namespace stack_template
