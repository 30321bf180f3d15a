#!/usr/bin/env bash
# Prints the folder with the program of a Node that everything here runs on; the first time downloads it to ~/.cache/infill-node.
#
#   export PATH="$(bash scripts/steps/bringNode.sh):$PATH"
#
# CI uses it where the machine's own Node is too old. The browser workbench always does: code-server asks for exactly
# this major version, which is also one with long-term support, so one Node serves both.
set -euo pipefail

VERSION=24.21.0
case "$(uname -s)-$(uname -m)" in
Linux-x86_64)
  ARCH=x64
  SHA512=de750bb336795f47dc898a46d2de93add029273027f3e16520d3fa3a2317ed5f07aefa404cf37ddfa5352e545e389ae22d16b87bcc84a900580a72f23cd02ced
  ;;
Linux-aarch64) # not tested
  ARCH=arm64
  SHA512=1692513c4cf63afbd32df8c83a5346158f492cf30a825e66f9de2819804b836e242759a6bcdd5997f1cf2601781c3689e752127afd65d5c459fc333e91e5d6e6
  ;;
*)
  echo "Node $VERSION can be brought to Linux x64 and arm64 only, this is $(uname -s) $(uname -m). Get it at https://nodejs.org." >&2
  exit 1
  ;;
esac

cache=$HOME/.cache/infill-node
folder=$cache/$VERSION
if [ ! -x "$folder/bin/node" ]; then
  echo "Downloading Node $VERSION to $folder." >&2
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  bash "$(dirname "${BASH_SOURCE[0]}")/fetchPackage.sh" "node-linux-$ARCH@$VERSION" "$SHA512" "$work/node" >&2
  if ! "$work/node/bin/node" --version >/dev/null; then
    echo "Node $VERSION does not start on this system. Get one that does at https://nodejs.org." >&2
    exit 1
  fi
  # Renaming is one step, so nobody sees half of it; a second call at the same time may have been faster.
  if [ ! -x "$folder/bin/node" ]; then
    rm -rf "$folder"
    mv "$work/node" "$folder"
  fi
fi
echo "$folder/bin"
