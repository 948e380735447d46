#!/bin/sh
# Debian packages for the tests or the benchmarks: packages.sh test|test-all|bench.
# Installs what is missing as root or with sudo that asks nothing; otherwise says exactly what to install.
set -eu
need="/usr/sbin/dovecot:dovecot-imapd /usr/lib/dovecot/lmtp:dovecot-lmtpd openssl:openssl tmux:tmux chromium:chromium pdftotext:poppler-utils"
# Debian has one mail server at a time: one that is at work here stays, and the test that wants Exim is skipped.
[ "$1" = test-all ] && [ ! -e /usr/sbin/sendmail ] && need="$need /usr/sbin/exim4:exim4-daemon-light"
[ "$1" = bench ] && need="$need mbsync:isync notmuch:notmuch neomutt:neomutt aerc:aerc"
missing=
for pair in $need; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
# Debian keeps the server's own programs out of PATH.
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
as=
if [ "$(id -u)" != 0 ]; then
  if sudo -n true 2>/dev/null; then as=sudo; else as=none; fi
fi
if [ "$as" = none ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "These programs are missing. On Debian or Ubuntu:" >&2
  echo "  sudo apt-get install --no-install-recommends$missing" >&2
  exit 1
fi
echo "Installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as apt-get update -qq && $as apt-get install -y -qq --no-install-recommends $missing >/dev/null
