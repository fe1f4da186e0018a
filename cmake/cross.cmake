# datastack-mcp for another machine: its own sources, compiled once, and the archives that
# ./dev arm64 unpacked into the build folder.
set(sysroot ${CMAKE_BINARY_DIR}/sysroot/usr)
set(archives_folder ${sysroot}/lib/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)

set(sources app/mcp/main app/mcp/program app/mcp/arguments app/mcp/backend)
foreach(folder base mcp mcp/tools mcp/resources mcp/prompts mcp/completions athena_sql)
    file(GLOB found CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
    list(FILTER found EXCLUDE REGEX "(_test|testing|in_process_backend)\\.cpp$")
    list(TRANSFORM found REPLACE "\\.cpp$" "")
    list(APPEND sources ${found})
endforeach()
# Of these folders a part.
list(APPEND sources
    aws/json_values aws/token_sealer aws/validation
    os/clock os/disk_wait os/errors os/file_system os/network os/random os/socket os/thread_pool
    server/browser server/connection server/connection_answer server/connection_body
    server/connection_live server/core server/exchange server/http_server
    wire/base64 wire/gzip_zlib wire/http wire/http1 wire/json_decode wire/json_encode wire/live_body wire/sha256
    wire/sigv4 wire/sigv4_canonical wire/sigv4_sign wire/text_value wire/timestamp wire/uri wire/utf8
    wire/xml_decode wire/xml_encode)
list(TRANSFORM sources PREPEND ${CMAKE_SOURCE_DIR}/src/)
list(TRANSFORM sources APPEND .cpp)
file(GLOB client CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/functions/client/*.cpp)
list(FILTER client EXCLUDE REGEX "(_test|resolver_system)\\.cpp$")

add_executable(datastack-mcp ${sources} ${client})
target_include_directories(datastack-mcp PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
target_include_directories(datastack-mcp SYSTEM PRIVATE ${sysroot}/include
    ${sysroot}/include/${CMAKE_SYSTEM_PROCESSOR}-linux-gnu)
target_precompile_headers(datastack-mcp PRIVATE ${CMAKE_SOURCE_DIR}/src/precompiled.h)
target_compile_definitions(datastack-mcp PRIVATE BOOST_JSON_STATIC_LINK)
target_compile_options(datastack-mcp PRIVATE -ffunction-sections -fdata-sections)
target_link_options(datastack-mcp PRIVATE -static -s -Wl,--gc-sections)
foreach(name re2 pugixml boost_json z ssl crypto cares)
    target_link_libraries(datastack-mcp PRIVATE ${archives_folder}/lib${name}.a)
endforeach()
