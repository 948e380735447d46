#!/bin/sh
# install.sh PYTHON: omni-tui in an environment of its own, linked into ~/.local/bin. install.sh --remove takes it off.
set -eu
# Not below ~/.local/share/omni-tui: that is the store's, and closed to others.
home=$HOME/.local/lib/omni-tui
link=$HOME/.local/bin/omni-tui
if [ "$1" = --remove ]; then
  rm -rf "$home" "$link"
  echo "Removed. Configuration and mail are where they were."
  exit 0
fi
rm -rf "$home"
sh scripts/setup.sh "$1" "$home" .
mkdir -p "$(dirname "$link")"
ln -sf "$home/bin/omni-tui" "$link"
echo "Installed $("$link" --version) as $link"
case ":$PATH:" in *":$HOME/.local/bin:"*) ;; *) echo "Add it to your PATH: export PATH=\"\$HOME/.local/bin:\$PATH\"" ;; esac
