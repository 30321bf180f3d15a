import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/steps/root.mjs';
import { bundledTests, LONG } from '../../scripts/tests/bundledTests.mjs';
import { testFiles } from '../../scripts/tests/unitTests.mjs';
import { bundleFolder } from '../builtBundle.js';

test('what a test file says of its own place is true of its source, also where two files are in one', async () => {
  const folder = await bundleFolder('tests-');
  try {
    const place = 'export const place: string[] = [import.meta.url, import.meta.dirname, import.meta.filename];\n';
    const files = ['one.test.ts', 'other.ts'].map((name) => path.join(folder, name));
    await writeFile(files[0]!, `${place}export { place as other } from './other.js';\n`);
    await writeFile(files[1]!, place);
    const [made] = await bundledTests([path.relative(root, files[0]!)], path.relative(root, path.join(folder, 'out')));
    const { place: own, other } = (await import(pathToFileURL(path.join(root, made!)).href)) as Record<string, unknown>;
    const placeOf = (file: string): string[] => [pathToFileURL(file).href, path.dirname(file), file];
    assert.deepEqual([own, other], files.map(placeOf));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the test file that begins first is there', () => {
  assert.ok(testFiles('test').some((file) => path.basename(file) === LONG));
});
