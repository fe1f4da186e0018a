# One library and one test program per source folder.
#
#   datastack_folder(kinesis PATH services/kinesis LINKS aws segment_log meta_store SYSTEM OpenSSL::Crypto)
#
# makes the library ds_kinesis of every .cpp below the folder and the program kinesis_test of
# every _test.cpp; files named testing.cpp or *_testing.cpp make ds_kinesis_testing, which only
# tests link (TEST_LINKS names folders whose testing library or library the tests need too).
# LINKS are the only folders whose headers this one may include; tools/tidy.py proves it.
# New files are found by themselves.
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)
find_package(OpenSSL REQUIRED)

add_library(ds_precompiled OBJECT ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
target_include_directories(ds_precompiled PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_precompile_headers(ds_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/src/precompiled.h)

add_library(ds_precompiled_test OBJECT ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
target_include_directories(ds_precompiled_test PUBLIC ${CMAKE_SOURCE_DIR}/src)
target_precompile_headers(ds_precompiled_test PRIVATE ${CMAKE_SOURCE_DIR}/src/precompiled.h <gtest/gtest.h>)

# Some files of a folder in one compilation: most of a file's time goes to templates that its
# neighbours need as well (bench/results/build-2026-11-22.md). What all files of a kind call alike
# (run, read, Input) is in a namespace of its own in operations/, and apart elsewhere. The static
# programs take single files of wire, without the library that others of it need.
option(DATASTACK_UNITY "compile files of a folder together, eight at a time" OFF)
set(files_apart "/src/wire/|/app/verbs/|/mcp/(tools|prompts|resources)/")
function(datastack_compile_together target)
    if(NOT DATASTACK_UNITY)
        return()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    foreach(source ${ARGN})
        if(source MATCHES ${files_apart})
            set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
        endif()
    endforeach()
endfunction()

function(datastack_folder name)
    cmake_parse_arguments(F "" "PATH;EXCLUDE" "LINKS;SYSTEM;TEST_LINKS" ${ARGN})
    if(NOT F_PATH)
        set(F_PATH ${name})
    endif()
    set(root ${CMAKE_SOURCE_DIR}/src/${F_PATH})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${root}/*.cpp)
    if(F_EXCLUDE)
        # a folder below that is a library of its own
        list(FILTER sources EXCLUDE REGEX "/${F_EXCLUDE}")
    endif()
    set(tests ${sources})
    set(testing ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER testing INCLUDE REGEX "testing\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "(_test|testing|_bench|/main)\\.cpp$")
    if(NOT sources)
        set(sources ${CMAKE_SOURCE_DIR}/cmake/empty.cpp)
    endif()

    add_library(ds_${name} STATIC ${sources})
    target_include_directories(ds_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
    target_precompile_headers(ds_${name} REUSE_FROM ds_precompiled)
    datastack_compile_together(ds_${name} ${sources})
    list(TRANSFORM F_LINKS PREPEND ds_)
    target_link_libraries(ds_${name} PUBLIC ${F_LINKS} ${F_SYSTEM} Threads::Threads)

    if(testing)
        add_library(ds_${name}_testing STATIC ${testing})
        target_precompile_headers(ds_${name}_testing REUSE_FROM ds_precompiled)
        target_link_libraries(ds_${name}_testing PUBLIC ds_${name} GTest::gtest)
        foreach(link ${F_TEST_LINKS})
            if(TARGET ds_${link}_testing)
                target_link_libraries(ds_${name}_testing PUBLIC ds_${link}_testing)
            endif()
            target_link_libraries(ds_${name}_testing PUBLIC ds_${link})
        endforeach()
    endif()
    if(tests)
        add_executable(${name}_test ${tests})
        target_precompile_headers(${name}_test REUSE_FROM ds_precompiled_test)
        target_link_libraries(${name}_test PRIVATE ds_${name} GTest::gtest_main)
        if(testing)
            target_link_libraries(${name}_test PRIVATE ds_${name}_testing)
        endif()
        foreach(link ${F_TEST_LINKS})
            if(TARGET ds_${link}_testing)
                target_link_libraries(${name}_test PRIVATE ds_${link}_testing)
            endif()
            target_link_libraries(${name}_test PRIVATE ds_${link})
        endforeach()
        add_test(NAME ${name} COMMAND ${name}_test)
        set_property(GLOBAL APPEND PROPERTY datastack_tests ${name}_test)
    endif()
endfunction()
