// Runs one query at a time in a locked-down DuckDB and sends its rows and its end to the server.
#pragma once

#include <duckdb.hpp>
#include <memory>
#include <mutex>
#include <string>

#include "object_client.h"
#include "os/message_socket.h"
#include "scan_function.h"

namespace sql_worker {

class QueryRunner {
  public:
    // temporary_directory  where DuckDB may spill; "" forbids spilling
    QueryRunner(os::MessageSocket& socket, std::string temporary_directory, int threads);

    // Run it to its end; batches and the end are sent. One query at a time.
    void run(const sql_engine::protocol::Query& query);
    // Ask the running query to stop. Any thread; nothing when none runs.
    void interrupt();
    ObjectClient& objects() { return objects_; }

  private:
    void open_database(const sql_engine::protocol::Query& query);
    void execute(const sql_engine::protocol::Query& query, sql_engine::protocol::End& end);

    os::MessageSocket& socket_;
    const std::string temporary_directory_;
    const int threads_;
    ObjectClient objects_;
    QueryContext context_;
    std::unique_ptr<duckdb::DuckDB> database_;
    std::int64_t memory_bytes_max_ = 0;
    std::int64_t temporary_bytes_max_ = 0;

    std::mutex mutex_;
    duckdb::Connection* running_ = nullptr;
    bool interrupted_ = false;
};

}  // namespace sql_worker
