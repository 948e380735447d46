#!/bin/sh
# One universal lock with hashes and without addresses, for every extra and for building the package itself.
set -eu
uv=${UV:-uv}
"$uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock
