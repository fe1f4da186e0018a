# The verbs of ./dev. Sourced by it; every function below is a verb or a helper of one.

# What building, testing and running need of Debian 12.
packages=(
    ca-certificates g++-12 gcc-12 cmake ninja-build ccache pkg-config git make file
    clang-14 clang-tidy-14 clang-format-14 libclang-rt-14-dev
    librocksdb-dev libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-filesystem1.81-dev
    libsimdjson-dev libisal-dev libfmt-dev libcli11-dev libpugixml-dev libyaml-cpp-dev zlib1g-dev libxxhash-dev
    libssl-dev libnghttp2-dev libre2-dev libarchive-dev libc-ares-dev libgtest-dev libgmock-dev libbenchmark-dev
    awscli python3 python3-boto3 python3-pytest python3-pytest-xdist python3-venv
)
# Only for ./dev bench: the peer that objects are compared with.
bench_packages=(nginx-light)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
[ -t 2 ] || say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
    done
}

install_packages() {
    local missing as_root=()
    mapfile -t missing < <(missing_packages "$@")
    [ "${#missing[@]}" -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            say "These Debian packages are missing and this user may not install them. Run once as root:"
            say "  apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
    fi
    say "installing ${#missing[@]} Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
}

# npm ci in a folder, once for each state of its lock file; one at a time.
install_npm() {
    local folder="$1"
    local stamp="$folder/node_modules/.installed"
    if [ "$folder/package-lock.json" -nt "$stamp" ] 2>/dev/null || [ ! -f "$stamp" ]; then
        mkdir -p build
        (
            flock 9
            [ "$folder/package-lock.json" -nt "$stamp" ] || [ ! -f "$stamp" ] || exit 0
            say "installing npm packages of $folder"
            cd "$folder"
            npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
            touch node_modules/.installed
        ) 9>build/.npm.lock
    fi
}

# The Python tools of a requirements file into build/python, once for each state of the file.
install_python() {
    local requirements="$1"
    local stamp="build/python/.installed"
    if [ "$requirements" -nt "$stamp" ] 2>/dev/null || [ ! -f "$stamp" ]; then
        say "installing Python packages of $requirements"
        /usr/bin/python3 -m venv build/python
        build/python/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
            -r "$requirements"
        touch "$stamp"
    fi
}

# Install what is missing. Seconds when nothing is.
setup() {
    local node=()
    command -v npm >/dev/null || node=(nodejs npm)
    install_packages "${packages[@]}" "${node[@]}"
    install_npm sql_worker/engine
    install_npm node_runtime
    install_npm consolidated-data-stack
}

configure() {
    local preset="$1" folder="$2"
    [ "$folder/build.ninja" -nt CMakePresets.json ] && return 0
    mkdir -p "$folder"
    cmake --fresh --preset "$preset" >"$folder/configure.log" 2>&1 || { cat "$folder/configure.log" >&2; return 1; }
}

# Build targets (default: everything) in build/; one build at a time.
build() {
    configure release build
    flock build/.lock cmake --build build --target "${@:-all}"
}

# Build targets of another preset: build_preset asan base_test …
build_preset() {
    local preset="$1"
    shift
    configure "$preset" "build-$preset"
    flock "build-$preset/.lock" cmake --build "build-$preset" --target "${@:-all}"
}

# Format-only changes go into commits of their own.
format() {
    git ls-files -co --exclude-standard 'src/*.h' 'src/*.cpp' 'functions/*.h' 'functions/*.cpp' \
        'sql_worker/*.h' 'sql_worker/*.cpp' 'bench/*.cpp' 'fuzz/*.cpp' | xargs clang-format-14 -i
}

source tools/dev_test.sh
source tools/dev_arm64.sh

# On a terminal the build's last line, over and over in one place; nothing elsewhere.
show_progress() {
    local line columns
    columns="$(tput cols 2>/dev/null || echo 80)"
    while IFS= read -r line; do
        if [ -t 2 ]; then
            case "$line" in "["*) printf '\r\033[K%.*s' "$((columns - 1))" "$line" >&2 ;; esac
        fi
    done
    [ ! -t 2 ] || printf '\r\033[K' >&2
}

up() {
    setup
    say "building (the first time takes some minutes; output in build/up.log)"
    mkdir -p build
    if ! build datastack datastack-mcp functions datastack-sql templates 2>&1 | tee build/up.log | show_progress; then
        tail -50 build/up.log >&2
        return 1
    fi
    exec build/bin/datastack up "$@"
}

help() {
    cat <<'TEXT'
./dev up [--once]     install what is missing, build, start, and show the main job
./dev build [TARGET]  install what is missing and build into build/bin and build/functions
./dev test [--quick]  install, build, and run every test (--quick: unit tests and the shortest end-to-end ones)
./dev sanitize [KIND] the unit tests under clang's sanitizers: address (and undefined behaviour), or thread
./dev tidy            rules of the tree, formatting, clang-tidy
./dev fuzz [SECONDS]  each fuzzer for some seconds (default 20)
./dev bench [NAME]    the benchmarks, one JSON line a figure
./dev arm64           datastack-mcp for linux/arm64, cross-built into build-arm64/bin
./dev image           the context of datastack-mcp's container image, in build/image
./dev format          clang-format everything
./dev setup           only install
TEXT
}

main() {
    local verb="${1:-help}"
    shift || true
    case "$verb" in
        build) setup && build "$@" ;;
        test) run_tests "$@" ;;  # `test` itself is the shell's
        setup | up | sanitize | tidy | fuzz | bench | arm64 | image | format | help) "$verb" "$@" ;;
        --help | -h) help ;;
        *)
            say "unknown verb '$verb'"
            help >&2
            exit 2
            ;;
    esac
}
