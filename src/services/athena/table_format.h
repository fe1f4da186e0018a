// How a table's objects are read, by its SerDe and input format in the catalog.
#pragma once

#include <string>

#include "base/result.h"
#include "services/ports/ports.h"
#include "sql_engine/sql_engine.h"

namespace athena {

struct TableFormat {
    sql_engine::Format format = sql_engine::Format::json;
    sql_engine::JsonOptions json = {};
    sql_engine::CsvOptions csv = {};
    std::map<std::string, std::string> mapping = {};  // column -> field of the data
};

// errors  unsupported (a SerDe, a property or compression that we do not read), named
base::Result<TableFormat> table_format(const ports::Table& table);

}  // namespace athena
