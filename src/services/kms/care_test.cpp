// Deletion and rotation by the clock.
#include "services/kms/testing.h"

namespace kms {
namespace {

class KmsCare : public KmsTest {
  protected:
    std::string rotations(const std::string& key, const std::string& more = "") {
        const auto answer = call("ListKeyRotations", key_body(key, more));
        std::string out;
        for (int i = 0; !answer.at("Rotations." + std::to_string(i) + ".KeyId").empty(); ++i) {
            const std::string at = "Rotations." + std::to_string(i);
            out += (out.empty() ? "" : " ") + answer.at(at + ".RotationType") + ":" +
                   answer.at(at + ".KeyMaterialState");
        }
        return out;
    }
};

TEST_F(KmsCare, DeletionRunsWhenTheWaitingPeriodEnds) {
    const std::string key = create_key();
    const std::string blob = encrypt_text(key, "x");
    const auto answer = call("ScheduleKeyDeletion", key_body(key, R"(,"PendingWindowInDays":7)"));
    EXPECT_EQ(answer.at("KeyState"), "PendingDeletion");
    EXPECT_EQ(answer.at("KeyId"), arn_of(key));
    EXPECT_EQ(answer.at("PendingWindowInDays"), "7");
    EXPECT_EQ(call("DescribeKey", key_body(key)).at("KeyMetadata.DeletionDate"),
              answer.at("DeletionDate"));
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key)),
              "KMSInvalidStateException: " + arn_of(key) + " is pending deletion.");
    executor_.run_for_ms(7 * base::day_ms - 1);
    EXPECT_EQ(state_of(key), "PendingDeletion");
    executor_.run_for_ms(1);
    EXPECT_EQ(call("DescribeKey", key_body(key)).error_code(), "NotFoundException");
    EXPECT_EQ(decrypt_text(blob).substr(0, 21), "AccessDeniedException");
    EXPECT_EQ(executor_.timer_count(), 0U) << "nothing is due, nothing wakes";
}

TEST_F(KmsCare, DeletionThatFellDueWhileTheServerWasDownRunsAtStart) {
    const std::string key = create_key();
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key)), "");
    close();
    clock_.advance_ms(31 * base::day_ms);
    open();
    EXPECT_EQ(call("DescribeKey", key_body(key)).error_code(), "NotFoundException");
}

TEST_F(KmsCare, CancelledDeletionLeavesADisabledKey) {
    const std::string key = create_key();
    const std::string blob = encrypt_text(key, "x");
    EXPECT_EQ(outcome("CancelKeyDeletion", key_body(key)),
              "KMSInvalidStateException: " + arn_of(key) + " is not pending deletion.");
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key)), "");
    for (const char* operation : {"EnableKey", "DisableKey", "EnableKeyRotation"}) {
        EXPECT_EQ(call(operation, key_body(key)).error_code(), "KMSInvalidStateException");
    }
    EXPECT_EQ(call("CancelKeyDeletion", key_body(key)).at("KeyId"), arn_of(key));
    restart();
    pass_days(40);
    EXPECT_EQ(state_of(key), "Disabled");
    EXPECT_EQ(outcome("EnableKey", key_body(key)), "");
    EXPECT_EQ(decrypt_text(blob), "x");
}

TEST_F(KmsCare, WaitingPeriodsAreSevenToThirtyDays) {
    const std::string key = create_key();
    for (const char* days : {"0", "6", "31", "366"}) {
        EXPECT_EQ(call("ScheduleKeyDeletion",
                       key_body(key, std::string(R"(,"PendingWindowInDays":)") + days))
                      .error_code(),
                  "ValidationException")
            << days;
    }
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key, R"(,"PendingWindowInDays":30)")), "");
}

TEST_F(KmsCare, RotationMakesVersionsAndOldOnesGoOnDecrypting) {
    const std::string key = create_key();
    EXPECT_EQ(call("GetKeyRotationStatus", key_body(key)).at("KeyRotationEnabled"), "false");
    EXPECT_EQ(outcome("EnableKeyRotation", key_body(key, R"(,"RotationPeriodInDays":90)")), "");
    const auto status = call("GetKeyRotationStatus", key_body(key));
    EXPECT_EQ(status.at("KeyRotationEnabled"), "true");
    EXPECT_EQ(status.at("RotationPeriodInDays"), "90");
    EXPECT_EQ(status.at("NextRotationDate"), "1775001600");
    const std::string before = encrypt_text(key, "before");
    const auto material = [&] {
        return call("DescribeKey", key_body(key)).at("KeyMetadata.CurrentKeyMaterialId");
    };
    const std::string first = material();
    pass_days(89);
    EXPECT_EQ(material(), first);
    restart();
    pass_days(1);
    EXPECT_NE(material(), first);
    const std::string after = encrypt_text(key, "after");
    EXPECT_EQ(decrypt_text(before), "before");
    EXPECT_EQ(decrypt_text(after), "after");
    EXPECT_EQ(call("Decrypt", decrypt_body(before)).at("KeyMaterialId"), first);
    EXPECT_EQ(call("Decrypt", decrypt_body(after)).at("KeyMaterialId"), material());
    EXPECT_EQ(rotations(key), "AUTOMATIC:CURRENT");
    EXPECT_EQ(rotations(key, R"(,"IncludeKeyMaterial":"ALL_KEY_MATERIAL")"),
              ":NON_CURRENT AUTOMATIC:CURRENT");
    pass_days(180);
    EXPECT_EQ(rotations(key), "AUTOMATIC:NON_CURRENT AUTOMATIC:NON_CURRENT AUTOMATIC:CURRENT");
    EXPECT_EQ(outcome("DisableKeyRotation", key_body(key)), "");
    pass_days(100);
    EXPECT_EQ(rotations(key), "AUTOMATIC:NON_CURRENT AUTOMATIC:NON_CURRENT AUTOMATIC:CURRENT");
}

TEST_F(KmsCare, AYearDownOwesOneRotation) {
    const std::string key = create_key();
    EXPECT_EQ(outcome("EnableKeyRotation", key_body(key, R"(,"RotationPeriodInDays":90)")), "");
    close();
    clock_.advance_ms(400 * base::day_ms);
    open();
    EXPECT_EQ(rotations(key), "AUTOMATIC:CURRENT");
}

TEST_F(KmsCare, DisabledKeysDoNotRotateAndCatchUpWhenEnabled) {
    const std::string key = create_key();
    EXPECT_EQ(outcome("EnableKeyRotation", key_body(key)), "");
    EXPECT_EQ(outcome("DisableKey", key_body(key)), "");
    EXPECT_EQ(call("EnableKeyRotation", key_body(key)).error_code(), "DisabledException");
    EXPECT_EQ(call("RotateKeyOnDemand", key_body(key)).error_code(), "DisabledException");
    pass_days(366);
    EXPECT_EQ(rotations(key), "");
    EXPECT_EQ(outcome("EnableKey", key_body(key)), "");
    executor_.run_for_ms(1);
    EXPECT_EQ(rotations(key), "AUTOMATIC:CURRENT");
}

TEST_F(KmsCare, RotationOnDemandHasALimit) {
    const std::string key = create_key();
    const std::string blob = encrypt_text(key, "x");
    for (std::size_t i = 0; i < on_demand_max; ++i) {
        EXPECT_EQ(call("RotateKeyOnDemand", key_body(key)).at("KeyId"), key);
    }
    EXPECT_EQ(call("RotateKeyOnDemand", key_body(key)).error_code(), "LimitExceededException");
    EXPECT_EQ(decrypt_text(blob), "x");
    const auto page = call("ListKeyRotations", key_body(key, R"(,"Limit":20)"));
    EXPECT_EQ(page.at("Truncated"), "true");
    EXPECT_EQ(rotations(key, R"(,"Marker":")" + page.at("NextMarker") + "\""),
              "ON_DEMAND:NON_CURRENT ON_DEMAND:NON_CURRENT ON_DEMAND:NON_CURRENT "
              "ON_DEMAND:NON_CURRENT ON_DEMAND:CURRENT");
    EXPECT_EQ(call("ListKeyRotations", key_body(key, R"(,"Marker":"eA==")")).error_code(),
              "InvalidMarkerException");
}

TEST_F(KmsCare, AClockThatJumpsAheadIsNoticed) {
    const std::string key = create_key();
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key)), "");
    clock_.set_wall_ms(clock_.now().ms + 31 * base::day_ms);
    executor_.run_for_ms(caretaker_wake_ms_max);
    EXPECT_EQ(call("DescribeKey", key_body(key)).error_code(), "NotFoundException");
}

}  // namespace
}  // namespace kms
