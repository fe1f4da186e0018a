// A move-only std::function: it may own a responder, a file, a unique_ptr.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "base/check.h"

namespace base {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
  public:
    UniqueFunction() = default;
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> &&
             std::is_invocable_r_v<R, F&, Args...>)
        UniqueFunction(F&& function)  // NOLINT(google-explicit-constructor): as std::function
        : held_(std::make_unique<Holder<std::remove_cvref_t<F>>>(std::forward<F>(function))) {}

    explicit operator bool() const { return held_ != nullptr; }
    R operator()(Args... args) {
        CHECK(held_ != nullptr);
        return held_->call(std::forward<Args>(args)...);
    }

  private:
    struct Base {
        virtual ~Base() = default;
        virtual R call(Args... args) = 0;
    };
    template <class F>
    struct Holder final : Base {
        explicit Holder(F&& f) : function(std::move(f)) {}
        explicit Holder(const F& f) : function(f) {}
        R call(Args... args) override { return function(std::forward<Args>(args)...); }
        F function;
    };
    std::unique_ptr<Base> held_;
};

using Task = UniqueFunction<void()>;

}  // namespace base
