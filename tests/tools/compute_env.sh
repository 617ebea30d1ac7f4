#!/bin/sh
# Make or bring up to date a virtual environment: compute_env.sh PYTHON VENV REQUIREMENT
# Or only download what would go into one of that Python version: … REQUIREMENT FOLDER VERSION
set -eu

python=$1 venv=$2 requirement=$3 folder=${4:-} version=${5:-}
cpu_index=https://download.pytorch.org/whl/cpu

# PyPI's torch for Linux brings gigabytes of CUDA, of no use without an NVIDIA driver. PyTorch's own index has a
# CPU build. Where that index cannot be reached, pip takes what it finds elsewhere.
wants_cpu_build() {
    [ "$(uname -s)" = Linux ] || return 1
    if nvidia-smi -L >/dev/null 2>&1; then return 1; fi
    "$python" -c "import urllib.request as r; r.urlopen('$cpu_index/torch/', timeout=10)" 2>/dev/null
}

[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
if [ -n "$folder" ]; then
    # setuptools builds the package itself, in the place where it is installed.
    set -- download -d "$folder" --python-version "$version" --only-binary=:all: -c constraints.txt "$requirement" \
        "setuptools>=77" wheel
else
    set -- install -c constraints.txt -e "$requirement"
fi
if wants_cpu_build; then
    set -- "$@" --extra-index-url "$cpu_index"
fi
"$venv/bin/python" -m pip --disable-pip-version-check "$@"
