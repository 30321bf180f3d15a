import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.mjs';
import { mustRun } from './run.mjs';

/** Installs the npm packages of package-lock.json, unless exactly these are there. */
export async function installPackages() {
  const missing = firstDifference(root);
  if (missing === undefined) {
    return;
  }
  console.log(`Installing packages (${missing}); the first time this takes about a minute.`);
  await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
}

/**
 * Runs npm, the one this script was started by if any.
 *
 * @param {readonly string[]} args
 * @param {string} what
 * @param {string} [cwd]
 * @returns {Promise<string>}
 */
export function npm(args, what, cwd = root) {
  const self = process.env['npm_execpath'];
  const [program, before] =
    self && /npm-cli\.[cm]?js$/.test(self)
      ? [process.execPath, [self]]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  return mustRun(program, [...before, ...args], { cwd, quietly: what });
}

/**
 * What tells the installed packages from the locked ones; undefined if nothing. npm notes what it installed in
 * node_modules/.package-lock.json; comparing contents, not times, survives checkouts and copies.
 *
 * @param {string} folder
 * @returns {string | undefined}
 */
export function firstDifference(folder) {
  const locked = readLock(path.join(folder, 'package-lock.json'));
  const installed = readLock(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!locked) {
    throw new Error(`${path.join(folder, 'package-lock.json')} is missing or damaged. Restore it from the repository.`);
  }
  if (!installed) {
    return 'none are installed';
  }
  for (const [name, { version, optional }] of Object.entries(locked)) {
    const found = installed[name]?.version;
    if (name !== '' && found !== version && !(optional && found === undefined)) {
      return `${name} ${version} is ${found === undefined ? 'missing' : `there as ${found}`}`;
    }
  }
  return undefined;
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean }> | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined; // absent or cut off: the same as not installed
  }
}
