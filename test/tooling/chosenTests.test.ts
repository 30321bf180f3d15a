import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/steps/root.mjs';
import { chosenParts } from '../../scripts/tests/chosenParts.mjs';
import { filesIn, testFiles } from '../../scripts/tests/unitTests.mjs';

const PARTS = ['lint', 'unit', 'python'];
const chosen = (...args: string[]): [string, string[]][] => [...chosenParts(args, PARTS, ['unit'])];

test('without arguments all parts run, in their order', () => {
  assert.deepEqual(chosen(), [
    ['lint', []],
    ['unit', []],
    ['python', []],
  ]);
});

test('named parts run, each once and as a whole', () => {
  assert.deepEqual(chosen('unit', 'lint', 'unit'), [
    ['unit', []],
    ['lint', []],
  ]);
});

test('paths after a part narrow it down', () => {
  assert.deepEqual(chosen('unit', 'test/cli', 'test/shared/a.test.ts', 'lint'), [
    ['unit', ['test/cli', 'test/shared/a.test.ts']],
    ['lint', []],
  ]);
});

test('a word that is neither a part nor a path that a part takes is refused, with what there is', () => {
  const refusal = /There is no part "test\/cli"\. Parts: lint, unit, python\. Files and folders can follow: unit\./;
  assert.throws(() => chosen('test/cli'), refusal);
  assert.throws(() => chosen('unit', 'lint', 'test/cli'), refusal);
});

const FILES = testFiles('test', ['workbench', 'fixtures']);

test('a file is that test, a folder all in it, and what is named twice runs once', () => {
  const here = path.relative(root, import.meta.filename);
  assert.deepEqual(filesIn([here], FILES), [here]);
  assert.deepEqual(filesIn([import.meta.filename], FILES), [here]);
  const tooling = filesIn(['test/tooling/', here, './test/tooling'], FILES);
  assert.ok(tooling.length > 5 && tooling.includes(here));
  assert.deepEqual(tooling, testFiles(path.join('test', 'tooling')));
  assert.deepEqual(filesIn([], FILES), FILES);
});

test('a folder is no prefix of the names beside it', () => {
  assert.ok(existsSync(path.join(root, 'test', 'tooling')));
  assert.throws(
    () => filesIn(['test/tool'], FILES),
    /"test\/tool" is no file or folder\. Unit tests are the \*\.test\.ts/,
  );
});

test('a path that holds no unit test is refused', () => {
  for (const name of ['src/engine', 'test/workbench', 'README.md', 'test/fixtures']) {
    assert.throws(() => filesIn([name], FILES), new RegExp(`"${name}" holds no unit test\\.`));
  }
});
