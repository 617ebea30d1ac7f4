#!/bin/sh
# Install by apt those of the named packages that are missing; nothing happens where none is.
set -eu

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian or Ubuntu. Install what these packages hold by other means: $*" >&2
    exit 0
fi
missing=""
for package in "$@"; do
    case "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" in
        installed) ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

echo "Installing$missing"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
$as_root apt-get -q update
# shellcheck disable=SC2086 # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
