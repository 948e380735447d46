#!/bin/sh
# The environment of the checkout: setup.sh PYTHON VENV. Everything comes from the hashed lock.
set -eu
python=$1 venv=$2
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "omni-tui needs Python 3.11 or newer; $python is $("$python" -V 2>&1 || echo missing)." >&2
  echo "Install it, or name another: make PYTHON=python3.12 ..." >&2
  exit 1
}
echo "Setting up $venv (once, about half a minute)"
"$python" -m venv "$venv" || {
  echo "The venv module is missing. On Debian: apt-get install python3-venv" >&2
  exit 1
}
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
