#!/bin/sh
# install.sh PYTHON: omni-tui in an environment of its own, linked into ~/.local/bin. install.sh --remove takes it off.
set -eu
home=${XDG_DATA_HOME:-$HOME/.local/share}/omni-tui/program
link=$HOME/.local/bin/omni-tui
if [ "$1" = --remove ]; then
  rm -rf "$home" "$link"
  echo "Removed. Configuration and mail are where they were."
  exit 0
fi
"$1" -m venv --clear "$home"
"$home/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$home/bin/pip" install --quiet --disable-pip-version-check --no-deps --no-build-isolation .
mkdir -p "$(dirname "$link")"
ln -sf "$home/bin/omni-tui" "$link"
echo "Installed $("$link" --version) as $link"
case ":$PATH:" in *":$HOME/.local/bin:"*) ;; *) echo "Add it to your PATH: export PATH=\"\$HOME/.local/bin:\$PATH\"" ;; esac
