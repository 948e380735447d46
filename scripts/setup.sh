#!/bin/sh
# An environment with everything from the hashed lock and this checkout: setup.sh PYTHON DIRECTORY [-e] .
set -eu
python=$1 venv=$2
shift 2
command -v "$python" >/dev/null 2>&1 || {
  echo "omni-tui needs Python 3.11 or newer; there is no $python here." >&2
  echo "Install it (Debian: apt-get install python3 python3-venv), or name another: make PYTHON=python3.12 ..." >&2
  exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "omni-tui needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." >&2
  echo "Install a newer one, or name it: make PYTHON=python3.12 ..." >&2
  exit 1
}
echo "Setting up $venv (once, about half a minute)"
"$python" -m venv "$venv" || {
  echo "Python's venv module is missing. Debian: apt-get install python3-venv" >&2
  exit 1
}
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation "$@"
