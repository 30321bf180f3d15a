import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import { SECRET_FILES } from '../../../src/extension/settings/secretFiles.js';
import { NAMES_OF_ORDINARY_FILES, NAMES_OF_SECRETS } from './fileNames.js';

const warnings: string[] = [];
const exclusion = new FileExclusion((text) => warnings.push(text));

test('names that are known for secrets are excluded, wherever the file is and however it is written', () => {
  assert.ok(NAMES_OF_SECRETS.length >= 105);
  const missed = NAMES_OF_SECRETS.filter((name) =>
    [`/home/ann/${name}`, `/c:/Users/Ann/project/${name}`, `/srv/${name.toUpperCase()}`, name].some(
      (path) => exclusion.patternFor([path], SECRET_FILES) === undefined,
    ),
  );
  assert.deepEqual(missed, []);
});

test('each pattern is there for a name', () => {
  const unused = SECRET_FILES.filter((pattern) =>
    NAMES_OF_SECRETS.every((name) => exclusion.patternFor([`/home/ann/${name}`], [pattern]) === undefined),
  );
  assert.deepEqual(unused, []);
});

test('source code and settings are not excluded because their names sound like it', () => {
  const excluded = NAMES_OF_ORDINARY_FILES.filter(
    (name) => exclusion.patternFor([`/home/ann/project/${name}`], SECRET_FILES) !== undefined,
  );
  assert.deepEqual(excluded, []);
});

test('a pattern may mean the path in the workspace', () => {
  assert.equal(exclusion.patternFor(['/home/ann/project/dist/a.js', 'dist/a.js'], ['dist/**']), 'dist/**');
});

test('other patterns count at once', () => {
  assert.equal(exclusion.patternFor(['/a.md'], ['**/*.md']), '**/*.md');
  assert.equal(exclusion.patternFor(['/a.md'], ['**/*.txt']), undefined);
});

test('a pattern that cannot be used is named, the others still count', () => {
  const impossible = 'a'.repeat(70_000);
  assert.equal(exclusion.patternFor(['/a.md'], [impossible, '**/*.md']), '**/*.md');
  assert.equal(warnings.length, 1);
});
