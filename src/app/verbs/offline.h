// What the verbs share that work on a data directory whose server is stopped.
#pragma once

#include <memory>

#include "app/data_directory.h"
#include "app/verbs/verb.h"
#include "base/logging.h"

namespace app {

// The locked directory.
//   errors  not_found (no data directory there), unavailable (its server runs: stop it first)
base::Result<std::unique_ptr<DataDirectory>> open_offline(const VerbContext& context);

// Warnings and errors to standard error.
class StandardErrorLog final : public base::Log {
  public:
    void write(base::LogLevel level, std::string_view message,
               std::initializer_list<base::LogField> fields) override;
};

}  // namespace app
