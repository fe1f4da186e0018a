# ./dev test, tidy, fuzz, bench.

step() {
    local name="$1" started="$SECONDS"
    shift
    say "== $name"
    if "$@"; then
        say "== $name: passed ($((SECONDS - started)) s)"
    else
        say "== $name: FAILED ($((SECONDS - started)) s)"
        failed+=("$name")
    fi
}

# Tests with real processes and sockets can be upset by a machine that stalls for seconds. What failed
# runs once more; both runs are in the output, so a test that needs it is seen.
unit_tests() {
    (cd build && ctest --output-on-failure -j"$(nproc)" --timeout 300 --repeat until-pass:2 "$@")
}

# Two files at a time: each test has its own server, directory and port, and clients of node and
# Python wait about as long as they compute.
end_to_end_tests() {
    local pytest=(/usr/bin/python3 -m pytest -q -o cache_dir="$PWD/build/pytest")
    "${pytest[@]}" -n 2 --dist loadfile tests "$@" && return 0
    say "once more, what failed"
    "${pytest[@]}" --last-failed --last-failed-no-failures none tests "$@"
}

# Of the CDK app: templates, cdk-nag, packages.
app_tests() {
    (cd consolidated-data-stack && npm test --silent)
}

tree_rules() {
    python3 tools/tidy.py && python3 tools/tidy_test.py
}

# Each fuzzer of a build folder for some seconds, from the inputs found earlier and those in
# fuzz/corpus, if any. An input that breaks a decoder is left in <folder>/corpus.
run_fuzzers() {
    local folder="$1" seconds="$2" program name corpus
    for program in "$folder"/bin/*_fuzz; do
        name="$(basename "$program")"
        mkdir -p "$folder/corpus/$name"
        corpus=("$folder/corpus/$name")
        [ -d "fuzz/corpus/$name" ] && corpus+=("fuzz/corpus/$name")
        say "== $name"
        "$program" -max_total_time="$seconds" -max_len=4096 -timeout=20 -rss_limit_mb=2048 -verbosity=0 \
            -artifact_prefix="$folder/corpus/$name-" "${corpus[@]}" || return 1
    done
}

# The unit tests once more, built by clang with a sanitizer: `address` with undefined behaviour, and
# the fuzzers for a moment; or `thread`.
sanitize() {
    local kind="${1:-address}" preset targets
    case "$kind" in
        address) preset=asan targets=(asan_tests fuzzers) ;;
        thread) preset=tsan targets=(asan_tests) ;;
        *) say "./dev sanitize [address|thread]"; return 2 ;;
    esac
    setup
    mkdir -p "build-$preset"
    build_preset "$preset" "${targets[@]}" >"build-$preset/build.log" 2>&1 ||
        { tail -40 "build-$preset/build.log"; return 1; }
    local options="suppressions=$PWD/tools/tsan.supp"
    (cd "build-$preset" && TSAN_OPTIONS="$options" ctest --output-on-failure -j"$(nproc)" --timeout 600)
    [ "$kind" = thread ] || run_fuzzers "build-$preset" 2
}

run_tests() {
    local quick=0
    [ "${1:-}" = --quick ] && quick=1
    setup
    install_npm tests/sdk/js
    install_npm tests/mcp/js
    install_npm tests/mcp/inspector
    install_npm tests/mcp/conformance-0.1.16
    install_npm tests/mcp/conformance-0.2.0-alpha.12
    mkdir -p build
    install_python tests/cdk/requirements.txt
    failed=()
    step "build (g++)" build
    [ "${#failed[@]}" -eq 0 ] || return 1
    [ "$quick" = 1 ] || step "build for arm64" arm64
    step "rules of the tree" tree_rules
    [ "$quick" = 1 ] || step "the CDK app" app_tests
    if [ "$quick" = 1 ]; then
        step "unit tests" unit_tests -LE slow
        step "end-to-end tests, quick" end_to_end_tests -m quick
    else
        step "unit tests" unit_tests
        step "end-to-end tests" end_to_end_tests
    fi
    if [ "${#failed[@]}" -gt 0 ]; then
        say "FAILED: ${failed[*]}"
        return 1
    fi
    say "all passed"
}

tidy() {
    setup
    python3 tools/tidy.py --headers
    git ls-files -co --exclude-standard 'src/*.h' 'src/*.cpp' | xargs clang-format-14 --dry-run -Werror
    build_preset tidy
}

fuzz() {
    setup
    build_preset fuzz fuzzers
    run_fuzzers build-fuzz "${1:-20}"
}

bench() {
    setup
    install_packages "${bench_packages[@]}"
    build
    /usr/bin/python3 tools/bench.py "$@"
}
