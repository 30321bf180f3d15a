import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { root } from '../steps/root.mjs';
import { nodeTests } from './nodeTests.mjs';

/**
 * What is under test/ and needs no VS Code.
 *
 * @param {readonly string[]} paths files and folders from the root; none: everything
 */
export async function unitTests(paths) {
  const { bundledTests } = await import('./bundledTests.mjs'); // imports an installed package
  const chosen = filesIn(paths, testFiles('test', ['workbench', 'fixtures']));
  const files = await bundledTests(chosen, 'test-output/unit');
  // The runner's own choice leaves a core idle: of two it would use one. Some files mostly wait, for a process or a clock.
  return nodeTests('unit', files, { timeoutMs: 600_000, concurrency: availableParallelism() + 1 });
}

/**
 * Those of `files` that `paths` name or hold, or all of them where there are no paths.
 *
 * @param {readonly string[]} paths
 * @param {readonly string[]} files paths from the root
 * @returns {string[]}
 */
export function filesIn(paths, files) {
  const named = paths.map((name) => {
    const wanted = path.relative(root, path.resolve(root, name));
    const found = files.filter((file) => file === wanted || file.startsWith(wanted + path.sep));
    if (found.length === 0) {
      const what = existsSync(path.join(root, wanted)) ? 'holds no unit test' : 'is no file or folder';
      throw new Error(`"${name}" ${what}. Unit tests are the *.test.ts files in test/, those in test/workbench aside.`);
    }
    return found;
  });
  return paths.length === 0 ? [...files] : [...new Set(named.flat())].sort();
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
