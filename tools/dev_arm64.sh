# ./dev arm64, image: datastack-mcp for linux/arm64, cross-built, and the context of its image.

# The compiler, and the emulator that the tests run the program with.
arm64_packages=(g++-12-aarch64-linux-gnu qemu-user-static)
# Debian's libraries for arm64. They are unpacked into the build folder, so that this machine need
# not become one of two architectures.
arm64_libraries=(libssl-dev libre2-dev libpugixml-dev libc-ares-dev libboost-json1.81-dev zlib1g-dev)
# Headers that are the same everywhere are this machine's.
arm64_headers=(boost fmt)

# Download packages for arm64 into the current folder. Lists and cache are in `$1`; the sources and
# their keys are this machine's, and apt checks the signatures as always.
download_arm64() {
    local at="$1"
    shift
    mkdir -p "$at/lists/partial" "$at/cache/archives/partial"
    touch "$at/status"
    local apt=(apt-get -q -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::lists="$at/lists"
        -o Dir::State::status="$at/status" -o Dir::Cache="$at/cache" -o APT::Sandbox::User="$(id -un)")
    "${apt[@]}" update || true  # a source without arm64 is no reason to stop
    "${apt[@]}" download "$@"
}

install_arm64_libraries() {
    local wanted="${arm64_libraries[*]} ${arm64_headers[*]}"
    local sysroot="build-arm64/sysroot" packages="build-arm64/packages" at="$PWD/build-arm64/apt" name
    [ "$(cat "$sysroot/.installed" 2>/dev/null)" = "$wanted" ] && return 0
    say "unpacking arm64 libraries: ${arm64_libraries[*]}"
    rm -rf "$sysroot" "$packages"
    mkdir -p "$sysroot/usr/include" "$packages"
    if ! (cd "$packages" && download_arm64 "$at" "${arm64_libraries[@]}") >build-arm64/apt.log 2>&1; then
        cat build-arm64/apt.log >&2
        return 1
    fi
    for name in "$packages"/*.deb; do
        dpkg-deb -x "$name" "$sysroot"
    done
    for name in "${arm64_headers[@]}"; do
        ln -s "/usr/include/$name" "$sysroot/usr/include/$name"
    done
    echo "$wanted" >"$sysroot/.installed"
}

# build-arm64/bin/datastack-mcp
arm64() {
    setup || return 1
    install_packages "${arm64_packages[@]}" || return 1
    mkdir -p build-arm64
    (
        flock 9
        install_arm64_libraries
    ) 9>build-arm64/.setup.lock || return 1
    build_preset arm64 datastack-mcp
}

# build/image: what hosting/Dockerfile copies, for both architectures.
image() {
    setup
    build datastack-mcp
    arm64
    rm -rf build/image
    install -D -m 755 build/bin/datastack-mcp build/image/amd64/datastack-mcp
    install -D -m 755 build-arm64/bin/datastack-mcp build/image/arm64/datastack-mcp
    install -m 644 hosting/Dockerfile /etc/ssl/certs/ca-certificates.crt build/image
    say "build/image is ready: docker buildx build --platform linux/arm64,linux/amd64 build/image"
}
