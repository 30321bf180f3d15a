import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { REQUIREMENTS } from '../../scripts/steps/pythonEnvironment.mjs';
import { root } from '../../scripts/steps/root.mjs';
import { readRepository } from './documentPaths.js';

const lines = REQUIREMENTS.flatMap((name) => readFileSync(path.join(root, name), 'utf8').split('\n'))
  .map((line) => line.trim())
  .filter((line) => line !== '' && !line.startsWith('#'));

test('the Python environment has what every list of requirements asks for', () => {
  const lists = [...readRepository(root).paths].filter((name) => name.endsWith('requirements.txt'));
  assert.deepEqual([...REQUIREMENTS].sort(), lists.sort());
});

test('each package has one version, named once', () => {
  const names = lines.map(
    (line) => /^([\w-]+)(?:\[\w+\])?==\d[\w.]*(?:; .+)?$/.exec(line)?.[1] ?? `not pinned: ${line}`,
  );
  assert.deepEqual([...new Set(names)], names);
  assert.deepEqual(
    names.filter((name) => name.startsWith('not')),
    [],
  );
});
