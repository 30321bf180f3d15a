import { readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { nodeTests } from './nodeTests.mjs';

/** Everything under test/ that needs no VS Code. */
export function unitTests() {
  return nodeTests('unit', testFiles('test', ['workbench', 'fixtures']), { timeoutMs: 600_000 });
}

/**
 * The *.test.ts files under a folder, sorted.
 *
 * @param {string} folder from the root
 * @param {readonly string[]} [except] names of folders directly in it
 * @returns {string[]} paths from the root
 */
export function testFiles(folder, except = []) {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !except.includes(name.split(path.sep)[0] ?? ''))
    .map((name) => path.join(folder, name))
    .sort();
}
