# A program without shared libraries, of archives that the others use as well: only the few that
# belong to the system are taken in their static form. Names are resolved by c-ares, because glibc's
# resolver would load plugins, and gzip is read by zlib, because ISA-L has no archive.
#
#   datastack_static_program(datastack-mcp mcp client base …)
#
# links the folders' libraries and what they need of the system.
find_library(SSL_ARCHIVE libssl.a REQUIRED)
find_library(CRYPTO_ARCHIVE libcrypto.a REQUIRED)
find_library(CARES_ARCHIVE libcares.a REQUIRED)
find_library(BOOST_JSON_ARCHIVE libboost_json.a REQUIRED)
find_library(RE2_ARCHIVE libre2.a REQUIRED)
find_library(PUGIXML_ARCHIVE libpugixml.a REQUIRED)
find_library(ZLIB_ARCHIVE libz.a REQUIRED)

function(datastack_static_program name)
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR})
    if(DATASTACK_SANITIZER)
        # a sanitizer needs a shared libc
        list(TRANSFORM ARGN PREPEND ds_ OUTPUT_VARIABLE libraries)
        target_link_libraries(${name} PRIVATE ${libraries})
        return()
    endif()
    # Before the archives: the linker then takes nothing else for them.
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/functions/client/resolver_cares.cpp
        ${CMAKE_SOURCE_DIR}/src/wire/gzip_zlib.cpp)
    foreach(folder ${ARGN})
        list(APPEND archives $<TARGET_FILE:ds_${folder}>)
        add_dependencies(${name} ds_${folder})
    endforeach()
    target_link_options(${name} PRIVATE -static -s -Wl,--gc-sections)
    target_link_libraries(${name} PRIVATE -Wl,--start-group ${archives} -Wl,--end-group
        ${RE2_ARCHIVE} ${PUGIXML_ARCHIVE} ${BOOST_JSON_ARCHIVE} ${ZLIB_ARCHIVE} ${SSL_ARCHIVE} ${CRYPTO_ARCHIVE} ${CARES_ARCHIVE})
endfunction()
