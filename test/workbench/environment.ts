import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** What `npm test -- workbench` prepared, see scripts/tests/workbenchTests.mjs. */
export function prepared(name: 'INFILL_VSIX' | 'INFILL_UNPACKED' | 'INFILL_HOST_TESTS'): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: run these tests with "npm test -- workbench".`);
  }
  return value;
}

/** Why the browser workbench cannot run here; false if it can. In CI that is no excuse. */
export function withoutRig(): string | false {
  const missing = process.env['INFILL_RIG_MISSING'] ?? '';
  return missing !== '' && process.env['CI'] === undefined ? missing : false;
}

/** An empty folder for a workspace. */
export function newFolder(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'infill-workspace-'));
}

/** Where screenshots go; kept after the tests. */
export function outputFile(name: string): string {
  return path.join(import.meta.dirname, '../../test-output', name);
}
