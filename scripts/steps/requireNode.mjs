import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';

/** The oldest Node that Infill is made for, such as 22.12: `engines.node` of package.json. */
export const oldestNode = readOldestNode();

/** Ends the program with a clear message when this Node is too old for what follows. */
export function requireNode() {
  const complaint = complaintAbout(process.version);
  if (complaint !== undefined) {
    console.error(complaint);
    process.exit(1);
  }
}

/**
 * What to tell a person whose Node is too old; undefined if it is not.
 *
 * @param {string} version such as v22.12.0
 * @param {NodeJS.Platform} [platform]
 * @returns {string | undefined}
 */
export function complaintAbout(version, platform = process.platform) {
  const [major = 0, minor = 0] = numbers(version);
  const [oldestMajor = 0, oldestMinor = 0] = numbers(oldestNode);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) {
    return undefined;
  }
  const brought = 'On Linux this shell gets one by: export PATH="$(bash scripts/steps/bringNode.sh):$PATH"';
  return [
    `Infill needs Node ${oldestNode} or newer; this is ${version}. Get one at https://nodejs.org.`,
    ...(platform === 'linux' ? [brought] : []),
  ].join('\n');
}

function readOldestNode() {
  const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return String(engines.node).replace('>=', '');
}

/** @param {string} version */
function numbers(version) {
  return version.replace('v', '').split('.').map(Number);
}
