import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { nodeTests } from './nodeTests.mjs';

/** Everything under test/ that needs no VS Code. */
export async function unitTests() {
  const { bundledTests } = await import('./bundledTests.mjs'); // imports an installed package
  const files = await bundledTests(testFiles('test', ['workbench', 'fixtures']), 'test-output/unit');
  // The runner's own choice leaves a core idle: of two it would use one. Some files mostly wait, for a process or a clock.
  return nodeTests('unit', files, { timeoutMs: 600_000, concurrency: availableParallelism() + 1 });
}

/**
 * The *.test.ts files under a folder, sorted. (Node 20 does not expand patterns itself.)
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
