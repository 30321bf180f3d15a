import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlaceFacts, refuseDocument, refuseUnasked } from '../../../src/extension/editor/eligibility.js';
import { refusePlace } from '../../../src/extension/editor/refusePlace.js';
import { plainLocalizer } from '../plainLocalizer.js';

const FACTS: PlaceFacts = {
  enabled: true,
  automatic: true,
  scheme: 'file',
  isWritable: true,
  languageId: 'typescript',
  excludedBy: undefined,
  languageExcludedBy: undefined,
  hasSelection: false,
};

const DOCUMENTS: readonly (readonly [Partial<PlaceFacts>, string | undefined])[] = [
  [{}, undefined],
  [{ scheme: 'untitled' }, undefined],
  [{ scheme: 'vscode-notebook-cell' }, undefined],
  [{ scheme: 'vscode-remote' }, undefined],
  [{ scheme: 'vscode-userdata' }, undefined],
  [{ scheme: 'vscode-vfs' }, undefined],
  [{ scheme: 'vsls' }, undefined], // Live Share: a file system that an extension brings
  [{ scheme: 'sftp' }, undefined],
  [{ scheme: 'sftp', isWritable: false }, 'foreign-view'],
  [{ languageId: 'search-result' }, 'foreign-view'],
  [{ languageId: 'diff' }, 'foreign-view'],
  [{ languageId: 'git-commit' }, 'foreign-view'],
  [{ languageExcludedBy: '**/.env*' }, 'excluded-file'],
  [{ enabled: false }, 'disabled'],
  [{ enabled: false, automatic: false }, 'disabled'],
  [{ excludedBy: '**/.env*', automatic: false }, 'excluded-file'],
  [{ hasSelection: true }, 'selection'],
  [{ hasSelection: true, automatic: false }, undefined],
  [{ scheme: 'vscode-scm', messages: true, languageId: 'scminput' }, undefined],
  [{ scheme: 'comment', messages: true, languageId: 'markdown' }, undefined],
  [{ scheme: 'vscode-scm', messages: false }, 'disabled'],
  [{ scheme: 'vscode-scm', messages: true, enabled: false }, 'disabled'],
  [{ scheme: 'output', messages: true, isWritable: undefined }, 'foreign-view'],
];

/** Schemes of documents that may show lines of any file; what lies behind one of them may call itself writable. */
const FOREIGN = [
  'search-editor',
  'output',
  'debug',
  'vscode-terminal',
  'vscode-local-history',
  'git',
  'gitlens',
  'review',
  'vscode-scm',
  'comment',
  'chatSessionInput',
  'vscode-chat-code-block',
  'chat-editing-text-model',
  'chat-editing-snapshot-text-model',
  'vscode-notebook-cell-output',
  'vscode-debug-memory',
  'vscode-settings',
  'accessible-view',
  'infill-preview',
  'inmemory',
  'private',
  'walkThroughSnippet',
  'a-scheme-nobody-knows',
];

for (const scheme of FOREIGN) {
  test(`${scheme}: never read, whoever asks`, () => {
    for (const automatic of [true, false]) {
      const refused = refuseDocument({ ...FACTS, scheme, isWritable: undefined, automatic }, plainLocalizer);
      assert.equal(refused?.reason, 'foreign-view');
      assert.match(refused.detail, /excluded files/);
    }
  });
}

for (const scheme of FOREIGN.filter((each) =>
  /^(vscode|chat|git|search|output|debug|comment|infill)(-|$)/.test(each),
)) {
  test(`${scheme}: not read where it can be written either`, () => {
    assert.equal(refuseDocument({ ...FACTS, scheme }, plainLocalizer)?.reason, 'foreign-view');
  });
}

for (const [facts, reason] of DOCUMENTS) {
  test(`${JSON.stringify(facts)}: ${reason ?? 'asked'}`, () => {
    assert.equal(refuseDocument({ ...FACTS, ...facts }, plainLocalizer)?.reason, reason);
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
  assert.equal(refuseUnasked(false, plainLocalizer)?.reason, 'not-asked');
  assert.equal(refuseUnasked(true, plainLocalizer), undefined);
});
