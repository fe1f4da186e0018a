# The verbs of ./dev. Sourced by it; every function below is a verb or a helper of one.

packages=(
    g++-12 cmake ninja-build ccache pkg-config git
    clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev
    librocksdb-dev libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-filesystem1.81-dev
    libsimdjson-dev libisal-dev libfmt-dev libcli11-dev libpugixml-dev libyaml-cpp-dev zlib1g-dev libxxhash-dev
    libssl-dev libnghttp2-dev libre2-dev libarchive-dev libc-ares-dev libgtest-dev libgmock-dev libbenchmark-dev
    awscli python3 python3-boto3 python3-pytest nginx-light
)

# Build targets (default: everything) in build/; one build at a time.
build() {
    [ -f build/build.ninja ] || cmake --preset release >build.log 2>&1 || { cat build.log; rm -f build.log; return 1; }
    rm -f build.log
    mkdir -p build
    flock build/.lock cmake --build build --target "${@:-all}"
}

main() {
    local verb="${1:-help}"
    shift || true
    case "$verb" in
        build) build "$@" ;;
        *) echo "unknown verb: $verb" >&2; exit 2 ;;
    esac
}
