import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOfPath } from '../../../src/extension/project/languageOfPath.js';

const LANGUAGES = [
  { id: 'typescript', extensions: ['.ts', '.mts'] },
  { id: 'dotenv', filenames: ['.flaskenv'], extensions: ['.env'] },
  { id: 'blade', extensions: ['.blade.php'] },
  { id: 'php', extensions: ['.php', '.ts'] },
  { id: 'makefile', filenames: ['Makefile'] },
];

test('by the name, the longest ending, and before both by what a person has chosen', () => {
  const languageOf = languageOfPath(LANGUAGES, { '*.inc': 'php', '**/legacy/*.ts': 'plain', '[broken': 'x' });
  const paths = ['/w/a.ts', '/w/b.MTS', '/w/v.blade.php', '/w/v.php', '/w/Makefile', '/w/a.b/LICENSE', '/w/x.inc'];
  assert.deepEqual(paths.map(languageOf), [
    ...['typescript', 'typescript', 'blade', 'php', 'makefile', 'plaintext', 'php'],
  ]);
  assert.equal(languageOf('/w/legacy/a.ts'), 'plain');
  assert.equal(languageOf('/w/.env'), 'dotenv');
});
