#!/usr/bin/env bash
# Unpacks one package of the npm registry, without its dependencies, if its file is the expected one.
#
#   fetchPackage.sh NAME@VERSION SHA512 FOLDER
set -euo pipefail
name=$1 sha=$2 folder=$3

if ! command -v npm >/dev/null; then
  echo "npm is not on the PATH, so $name cannot be downloaded. npm comes with Node: https://nodejs.org" >&2
  exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
file=$(cd "$work" && npm pack --loglevel=error "$name" | tail -n 1)
if ! echo "$sha  $work/$file" | sha512sum --check --status; then
  echo "$name: what the registry sent is not the file that is expected here (its SHA-512 differs)." >&2
  exit 1
fi
mkdir -p "$folder"
tar -xzf "$work/$file" -C "$folder" --strip-components=1
