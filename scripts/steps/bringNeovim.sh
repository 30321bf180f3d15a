#!/usr/bin/env bash
# Prints a Neovim that has inline completion (0.12): the machine's own one, or Debian's newest, which is unpacked to
# ~/.cache/infill-neovim the first time, with the libraries that it needs. Nothing is installed.
#
#   nvim=$(bash scripts/steps/bringNeovim.sh)
set -euo pipefail

isNewEnough() {
  "$1" --headless --clean +'lua io.stdout:write(tostring(vim.lsp.inline_completion ~= nil))' +qa 2>/dev/null | grep -q true
}

own=$(command -v nvim || true)
if [ -n "$own" ] && isNewEnough "$own"; then
  echo "$own"
  exit
fi
folder=$HOME/.cache/infill-neovim
if [ ! -x "$folder/nvim" ]; then
  if [ "${INFILL_FETCH:-}" = no ]; then
    echo 'There is no Neovim 0.12 here: bash scripts/steps/bringNeovim.sh brings one.' >&2
    exit 1
  fi
  if [ "$(uname -m)" != x86_64 ] || ! command -v apt-get >/dev/null; then
    echo 'There is no Neovim 0.12 here, and only on Debian for x64 can one be brought.' >&2
    exit 1
  fi
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$folder.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{state/lists/partial,state/cache/archives/partial,packages,root}
  # Where this machine has its packages from; lists and packages of another release stay apart from the system's.
  site=$(apt-get --print-uris update | sed -n "s#^'\(.*\)/dists/.*#\1#p" | grep -v security | sort -u | sed -n 1p)
  echo "deb $site sid main" >"$work/state/sources.list"
  options=(-q -o "Dir::Etc::SourceList=$work/state/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State::Lists=$work/state/lists" -o "Dir::Cache=$work/state/cache" -o Dir::State::status=/dev/null
    -o APT::Sandbox::User=root)
  echo "Unpacking Debian's Neovim to $folder." >&2
  apt-get "${options[@]}" update >&2
  needed=$(apt-cache "${options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
    --no-replaces --no-enhances neovim | grep '^[a-z]' | sort -u)
  # shellcheck disable=SC2086 # one package a word
  (cd "$work/packages" && apt-get "${options[@]}" download $needed >&2)
  for package in "$work"/packages/*.deb; do dpkg-deb -x "$package" "$work/root"; done
  rm -rf "$work/state" "$work/packages"
  # Its libraries are newer than the system's, so the system's loader does not start it.
  cat >"$work/nvim" <<'START'
#!/bin/sh
root=$(dirname "$0")/root/usr
export VIMRUNTIME="$root/share/nvim/runtime"
exec "$root/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2" --library-path "$root/lib/x86_64-linux-gnu" "$root/bin/nvim" "$@"
START
  chmod 755 "$work" "$work/nvim"
  if ! isNewEnough "$work/nvim"; then
    echo "Debian's Neovim has no inline completion, or does not start here." >&2
    exit 1
  fi
  [ -x "$folder/nvim" ] || mv -T "$work" "$folder"
fi
echo "$folder/nvim"
