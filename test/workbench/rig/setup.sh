#!/usr/bin/env bash
# Installs a real VS Code workbench (the npm package code-server) and the Node it needs. Again: does nothing.
#
#   setup.sh                  for tests: with a browser to drive it
#   setup.sh --no-browser     only the workbench
#
#   INFILL_RIG_HOME   where to install (default: ~/.cache/infill-vscode-rig)
#   CHROMIUM_PATH     a Chromium or Chrome to use instead of this machine's
#
# Debian packages that are missing (a compiler, Python, Chromium) are installed only as root, or in CI with sudo;
# otherwise this ends with exit code 3 and says which ones to install.
set -Eeuo pipefail

BROWSER=1
[ "${1:-}" != --no-browser ] || BROWSER=

CODE_SERVER_VERSION=4.139.1 # = VS Code 1.139.1
CODE_SERVER_SHA512=7d462f255773e19a1525f6a41a21965c532917c2b539bb2ba46bd7d7b67136928ecdd347b3b940353ebbd094ebe19840f039d6ab2bef9851bf7771d5f58cba7b
NODE_GYP_VERSION=11.4.2

STEPS=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/steps" && pwd)
RIG=${INFILL_RIG_HOME:-$HOME/.cache/infill-vscode-rig}
mkdir -p "$RIG"
RIG=$(cd "$RIG" && pwd)
SERVER_DIR=$RIG/code-server-$CODE_SERVER_VERSION
LOG=$RIG/setup.log
WORK=$RIG/.work

STEP="start"
trap 'status=$?
  [ "$BASH_SUBSHELL" = 0 ] || exit "$status" # the parent shell reports
  echo "setup.sh: FAILED at step \"$STEP\" (exit $status). Last lines of $LOG:" >&2
  tail -n 25 "$LOG" >&2 2>/dev/null || true
  exit 1' ERR

step() {
  STEP=$1
  echo "[$(date +%T)] $STEP" >>"$LOG"
  echo "setup.sh: $STEP" >&2
}
quiet() { "$@" >>"$LOG" 2>&1; }

# By what they are for, not by their names: a compiler of another origin will do.
missing_packages() {
  if ! installed; then
    command -v g++ >/dev/null || echo g++
    command -v make >/dev/null || echo make
    command -v python3 >/dev/null || echo python3
  fi
  has_browser || echo chromium
}

has_browser() {
  [ -n "$BROWSER" ] || return 0
  local file
  for file in ${CHROMIUM_PATH:-/usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome /usr/bin/google-chrome-stable}; do
    [ ! -x "$file" ] || return 0
  done
  return 1
}

installed() { [ -d "$SERVER_DIR" ]; }

# rigPaths.ts uses these two names, so only scripts know the versions.
finish() {
  ln -sfn "$NODE_DIR" "$RIG/node"
  ln -sfn "$(basename "$SERVER_DIR")" "$RIG/code-server"
}

# Only one setup at a time: a second one waits, then finds the work done.
exec 9>"$RIG/.lock"
flock 9

# npm and node-gyp run on that Node too, whatever the system has.
NODE_BIN=$(bash "$STEPS/bringNode.sh") || exit 1
NODE_DIR=$(dirname "$NODE_BIN")
export PATH=$NODE_BIN:$PATH

# The compiler and Python are needed only to build, so an already built (for
# example, cached) rig asks for nothing but the browser.
if installed && has_browser; then
  finish
  exit 0
fi

echo "Preparing the browser workbench, a real VS Code; this takes about two minutes." >&2
: >"$LOG"
STEP="check that npm is installed"
quiet command -v npm
STEP="check that CHROMIUM_PATH can be run: ${CHROMIUM_PATH:-}"
[ -z "${CHROMIUM_PATH:-}" ] || [ -x "$CHROMIUM_PATH" ]

mapfile -t packages < <(missing_packages)
if [ ${#packages[@]} -gt 0 ]; then
  SUDO=
  if ! command -v apt-get >/dev/null || { [ "$(id -u)" != 0 ] && [ -z "${CI:-}" ]; }; then
    echo "setup.sh: the workbench needs ${packages[*]}. Install them (on Debian: sudo apt-get install ${packages[*]}) and try again." >&2
    exit 3
  fi
  [ "$(id -u)" = 0 ] || SUDO="sudo -n"
  step "apt: update the package lists"
  quiet $SUDO apt-get update -o DPkg::Lock::Timeout=300
  step "apt: install ${packages[*]}"
  quiet $SUDO env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=300 "${packages[@]}"
fi

rm -rf "$WORK"
mkdir -p "$WORK"

if [ ! -d "$SERVER_DIR" ]; then
  SERVER=$WORK/server
  VSCODE=$SERVER/lib/vscode
  # No install script is ever run: none is needed, and npm may block them.
  npm_flags=(--omit=dev --ignore-scripts --no-audit --no-fund --no-update-notifier)

  step "npm: download code-server $CODE_SERVER_VERSION"
  quiet bash "$STEPS/fetchPackage.sh" "code-server@$CODE_SERVER_VERSION" "$CODE_SERVER_SHA512" "$SERVER"

  step "npm: install the dependencies of code-server"
  (cd "$SERVER" && quiet npm ci "${npm_flags[@]}")
  step "npm: install the dependencies of VS Code"
  # not "npm ci": the published lock file misses a peer dependency
  (cd "$VSCODE" && quiet npm install --no-save "${npm_flags[@]}")
  step "npm: install the dependencies of the built-in extensions"
  (cd "$VSCODE/extensions" && quiet npm ci "${npm_flags[@]}")

  step "npm: install node-gyp $NODE_GYP_VERSION"
  quiet npm install --prefix "$WORK/gyp" "${npm_flags[@]}" "node-gyp@$NODE_GYP_VERSION"

  # Without spdlog the server writes no log files; without native-watchdog an
  # extension host may outlive its server. The other native modules come
  # prebuilt in their packages or are used only by features not tested here.
  for module in @vscode/spdlog @vscode/native-watchdog; do
    step "node-gyp: build $module"
    (
      cd "$VSCODE/node_modules/$module"
      quiet node "$WORK/gyp/node_modules/node-gyp/bin/node-gyp.js" rebuild \
        --nodedir="$NODE_DIR" --jobs=max
      rm -rf build/Release/obj.target build/Release/.deps
    )
  done

  step "remove what tests never use"
  # the native parts of the agent host, and Windows-only sources
  rm -rf "$VSCODE"/node_modules/@github/copilot-sdk-* \
    "$VSCODE"/node_modules/@microsoft/mxc-sdk \
    "$VSCODE"/node_modules/@vscode/windows-process-tree
  ln -sf code-linux.sh "$VSCODE/bin/remote-cli/code-server"
  ln -sf browser-linux.sh "$VSCODE/bin/helpers/browser.sh"

  step "check that code-server starts"
  XDG_DATA_HOME=$WORK quiet node "$SERVER/out/node/entry.js" --config "$WORK/config.yaml" --version
  mv "$SERVER" "$SERVER_DIR"
fi

rm -rf "$WORK"
finish
