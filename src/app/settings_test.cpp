#include "app/settings.h"

#include <gtest/gtest.h>

#include "sim/crash_file_system.h"

namespace {

using app::Flags;

class SettingsTest : public ::testing::Test {
  protected:
    base::Result<app::Settings> load(const Flags& flags) {
        return app::load_settings(
            flags,
            [this](const std::string& name) -> std::optional<std::string> {
                const auto found = variables_.find(name);
                if (found == variables_.end()) return std::nullopt;
                return found->second;
            },
            files_);
    }
    void write_config(const std::string& text) {
        ASSERT_TRUE(base::replace_file(files_, "/config.yaml", text));
        variables_["DATASTACK_CONFIG"] = "/config.yaml";
    }

    sim::CrashFileSystem files_;
    std::map<std::string, std::string> variables_;
};

TEST_F(SettingsTest, FlagOverEnvironmentOverFileOverDefault) {
    write_config("listen: 127.0.0.1:1\ndata-dir: /file\nregion: eu-west-1\n");
    variables_["DATASTACK_LISTEN"] = "127.0.0.1:2";
    variables_["DATASTACK_DATA_DIR"] = "/environment";
    const auto settings = load({{"listen", "127.0.0.1:3"}});
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings.value().listen, "127.0.0.1:3");
    EXPECT_EQ(settings.value().data_dir, "/environment");
    EXPECT_EQ(settings.value().region, "eu-west-1");
    EXPECT_EQ(settings.value().durability, "full");
}

TEST_F(SettingsTest, UnknownKeyAndWrongValuesNameTheirSource) {
    write_config("listne: 127.0.0.1:1\n");
    EXPECT_NE(load({}).error().message.find("listne"), std::string::npos);
    write_config("auth: maybe\n");
    EXPECT_NE(load({}).error().message.find("verify, off"), std::string::npos);
    variables_.clear();
    variables_["DATASTACK_THREADS"] = "257";
    EXPECT_NE(load({}).error().message.find("DATASTACK_THREADS"), std::string::npos);
    variables_["DATASTACK_THREADS"] = "256";
    EXPECT_EQ(load({}).value().threads, 256);
    variables_["DATASTACK_THREADS"] = "4x";
    EXPECT_FALSE(load({}));
}

TEST_F(SettingsTest, BrokenFileIsRefusedAndMissingFileToo) {
    write_config("a: [1\n");
    EXPECT_FALSE(load({}));
    variables_["DATASTACK_CONFIG"] = "/nowhere.yaml";
    EXPECT_EQ(load({}).error().kind, base::ErrorKind::not_found);
}

TEST_F(SettingsTest, ASecretIsNotRepeatedInErrors) {
    EXPECT_EQ(app::environment_name("secret-access-key"), "DATASTACK_SECRET_ACCESS_KEY");
    write_config("secret-access-key: [hidden-word]\n");
    const auto settings = load({});
    ASSERT_FALSE(settings);
    EXPECT_EQ(settings.error().message.find("hidden-word"), std::string::npos);
}

}  // namespace
