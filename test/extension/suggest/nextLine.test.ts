import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextLine } from '../../../src/extension/suggest/nextLine.js';

const TS = { languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;
const PYTHON = { languageId: 'python', eol: '\r\n', indentUnit: '    ' } as const;

test('a new line is indented as the one above, and deeper where that opens a block', () => {
  assert.equal(nextLine('if (a) {\n  b();', '\n}\n', TS), '\n  ');
  assert.equal(nextLine('  if (a) {', '', TS), '\n    ');
  assert.equal(nextLine('  call(', '\n', TS), '\n    ');
  assert.equal(nextLine('\tcase 1:', '\n', TS), '\n\t');
  assert.equal(nextLine('a = 1', '', TS), '\n');
});

test('a colon opens a block only where the language has no brackets for it, and line ends are the document’s', () => {
  assert.equal(nextLine('def f():\r\n    for a in b:', '\r\n', PYTHON), '\r\n        ');
  assert.equal(nextLine('def f():\r\n    return 1', '', PYTHON), '\r\n    ');
});

test('where something follows on the line, nothing is said of the next one', () => {
  assert.equal(nextLine('f(', ')\n', TS), undefined);
  assert.equal(nextLine('f()', '  \nx', TS), '\n');
});
