import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type PlaceFacts,
  refuseDocument,
  refusePlace,
  refuseUnasked,
} from '../../../src/extension/suggest/suggestionGate.js';
import { plainLocalizer } from '../plainLocalizer.js';

const FACTS: PlaceFacts = {
  enabled: true,
  automatic: true,
  origin: { scheme: 'file', languageId: 'python', isWritable: true },
  excludedBy: undefined,
  hasSelection: false,
};

const DOCUMENTS: readonly (readonly [Partial<PlaceFacts>, string | undefined])[] = [
  [{}, undefined],
  [{ enabled: false }, 'disabled'],
  [{ enabled: false, automatic: false }, 'disabled'],
  [{ excludedBy: '**/.env*', automatic: false }, 'excluded-file'],
  [{ hasSelection: true }, 'selection'],
  [{ hasSelection: true, automatic: false }, undefined],
];

for (const [facts, reason] of DOCUMENTS) {
  test(`${JSON.stringify(facts)}: ${reason ?? 'asked'}`, () => {
    assert.equal(refuseDocument({ ...FACTS, ...facts }, plainLocalizer)?.reason, reason);
  });
}

/** Schemes of VS Code and its own extensions, whether their files can be written, and whether text of theirs is used. */
for (const [scheme, isWritable, languageId, used] of [
  ['file', true, 'python', true],
  ['file', false, 'python', true], // what VS Code says of the schemes it knows comes late
  ['vscode-remote', true, 'python', true],
  ['vscode-vfs', true, 'python', true],
  ['vsls', true, 'python', true],
  ['vscode-userdata', true, 'jsonc', true],
  ['untitled', false, 'python', true],
  ['vscode-notebook-cell', false, 'python', true],
  ['vscode-interactive-input', false, 'python', true],
  ['search-editor', false, 'search-result', false],
  ['search-editor', false, 'python', false],
  ['file', true, 'search-result', false], // a saved search
  ['untitled', false, 'search-result', false],
  ['file', true, 'diff', false],
  ['file', true, 'git-commit', false],
  ['output', false, 'Log', false],
  ['debug', false, 'plaintext', false],
  ['vscode-terminal', false, 'plaintext', false],
  ['git', false, 'python', false],
  ['gitlens', false, 'python', false],
  ['vscode-local-history', false, 'python', false],
  ['comment', false, 'markdown', false],
  ['vscode-scm', false, 'scminput', false],
  ['infill-preview', false, 'python', false],
  ['untitled', false, 'dotenv', false],
  ['file', true, 'dotenv', false],
  ['untitled', false, 'properties', false],
  ['untitled', false, 'ini', false],
  ['file', true, 'properties', true], // its name says that it is another file
] as const) {
  test(`${scheme}, ${languageId}${isWritable ? ', can be written' : ''}: ${used ? 'asked' : 'not asked'}`, () => {
    const facts = { ...FACTS, automatic: false, origin: { scheme, languageId, isWritable } };
    assert.equal(refuseDocument(facts, plainLocalizer)?.reason, used ? undefined : 'excluded-file');
  });
}

/** `|` is the cursor; + = asked. */
for (const [drawing, expected] of [
  ['foo(|)', '+'],
  ['foo|', '+'],
  ['foo|(a)', '+'],
  ['fo|o', '-'],
  ['x1|_y', '-'],
  ['grö|ße', '-'],
  ['𝒜|𝒜', '-'],
  ['你|好', '+'], // written without spaces: every place would be inside a word
  ['a|好', '+'],
  [' |\n', '-'], // an empty document
] as const) {
  test(`automatic at ${JSON.stringify(drawing)}: ${expected}`, () => {
    const [prefix = '', suffix = ''] = drawing.split('|');
    assert.equal(refusePlace(prefix, suffix, plainLocalizer) === undefined ? '+' : '-', expected);
  });
}

test('with automatic suggestions off, nothing is suggested unasked', () => {
  assert.equal(refuseUnasked(false, plainLocalizer)?.reason, 'disabled');
  assert.equal(refuseUnasked(true, plainLocalizer), undefined);
});
