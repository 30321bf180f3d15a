import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where setup.sh puts the workbench. INFILL_RIG_HOME moves it. */
export function rigHome(): string {
  return process.env['INFILL_RIG_HOME'] ?? path.join(os.homedir(), '.cache', 'infill-vscode-rig');
}

/** The Node the workbench needs, and its entry file. */
export function serverPaths(): { readonly node: string; readonly entry: string } {
  return {
    node: present(path.join(rigHome(), 'node', 'bin', 'node')),
    entry: present(path.join(rigHome(), 'code-server', 'out', 'node', 'entry.js')),
  };
}

/** A Chromium or Chrome: CHROMIUM_PATH, or one on this machine. */
export function browserPath(): string {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined) {
    return present(chosen);
  }
  const found = BROWSERS.map((name) => `/usr/bin/${name}`).find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error('There is no Chromium or Chrome here: run test/workbench/rig/setup.sh, or set CHROMIUM_PATH.');
  }
  return found;
}

function present(file: string): string {
  if (!existsSync(file)) {
    throw new Error(`${file} is missing: run test/workbench/rig/setup.sh first.`);
  }
  return file;
}
