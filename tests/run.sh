#!/usr/bin/env bash
# Runs every test. `tests/run.sh --install` only installs what the tests need.
#
# Installs Debian packages, and only those that are missing. Works as root and as a user who may
# use sudo; needs no display and asks nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '== %s\n' "$*"; }
fail() { printf 'tests/run.sh: %s\n' "$*" >&2; exit 1; }

# Prints the packages that are missing, one a line.
missing() {
    local tools=(
        "git git" "chromium chromium" "chromedriver chromium-driver" "Xvfb xvfb" "strace strace"
        "cc gcc" "pkg-config pkg-config" "systemd-analyze systemd"
    )
    local tool
    for tool in "${tools[@]}"; do
        command -v "${tool%% *}" >/dev/null || printf '%s\n' "${tool##* }"
    done
    # The terminal's window loads these when it opens.
    local libraries=(
        "libX11.so.6 libx11-6" "libX11-xcb.so.1 libx11-xcb1" "libXcursor.so.1 libxcursor1"
        "libXi.so.6 libxi6" "libxkbcommon.so.0 libxkbcommon0"
        "libxkbcommon-x11.so.0 libxkbcommon-x11-0"
    )
    # What the features linuxkms and sound are compiled against. Each pins its runtime library, so
    # an old list of packages fails here, and a new one brings both.
    local headers=(
        "libinput libinput-dev" "libudev libudev-dev" "xkbcommon libxkbcommon-dev"
        "gbm libgbm-dev" "alsa libasound2-dev"
    )
    local header
    for header in "${headers[@]}"; do
        pkg-config --exists "${header%% *}" 2>/dev/null || printf '%s\n' "${header##* }"
    done
    local known library
    known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p)
    for library in "${libraries[@]}"; do
        [[ "$known" == *"${library%% *}"* ]] || printf '%s\n' "${library##* }"
    done
    # initdb stands in a folder of its version, which is not in the path.
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || printf 'postgresql\n'
    [ -e /etc/ssl/certs/ca-certificates.crt ] || printf 'ca-certificates\n'
}

install_missing() {
    local packages
    mapfile -t packages < <(missing)
    if [ "${#packages[@]}" -eq 0 ]; then
        say "nothing to install"
        return
    fi
    say "installing: ${packages[*]}"
    command -v apt-get >/dev/null ||
        fail "no apt-get here; install what gives these Debian packages: ${packages[*]}"
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null ||
            fail "neither root nor sudo; as root: apt-get install ${packages[*]}"
        root=(sudo)
    fi
    # A list of a few days ago usually serves; only when it does not, a new one is fetched.
    install_packages "${packages[@]}" || {
        "${root[@]}" apt-get update -q
        install_packages "${packages[@]}" || fail "apt-get could not install: ${packages[*]}"
    }
    mapfile -t packages < <(missing)
    [ "${#packages[@]}" -eq 0 ] || fail "still missing after installing: ${packages[*]}"
}

install_packages() {
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends "$@"
}

install_missing
[ "${1:-}" != --install ] || exit 0
[ $# -eq 0 ] || fail "unknown argument: $1"
# rustup's own folder, where a shell has not been told of it.
command -v cargo >/dev/null || PATH="$HOME/.cargo/bin:$PATH"
command -v cargo >/dev/null || fail "no cargo; install the Rust toolchain first: https://rustup.rs"

say "each role alone, the terminal as on a counter device with sound"
cargo check -j2 --no-default-features --features center
cargo check -j2 --no-default-features --features linuxkms,sound

say "all tests"
cargo test -j2 --workspace --no-fail-fast
