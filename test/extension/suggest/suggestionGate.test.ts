import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PlaceFacts, refuseDocument, refusePlace } from '../../../src/extension/suggest/suggestionGate.js';
import { plainLocalizer } from '../plainLocalizer.js';

const FACTS: PlaceFacts = {
  enabled: true,
  automatic: true,
  automaticOn: true,
  scheme: 'file',
  excludedBy: undefined,
  cursors: 1,
  hasSelection: false,
};

const DOCUMENTS: readonly (readonly [Partial<PlaceFacts>, string | undefined])[] = [
  [{}, undefined],
  [{ scheme: 'untitled' }, undefined],
  [{ scheme: 'vscode-notebook-cell' }, undefined],
  [{ scheme: 'vscode-remote' }, undefined],
  [{ scheme: 'vscode-scm' }, 'excluded-file'],
  [{ scheme: 'output' }, 'excluded-file'],
  [{ enabled: false }, 'disabled'],
  [{ enabled: false, automatic: false }, 'disabled'],
  [{ automaticOn: false }, 'disabled'],
  [{ automaticOn: false, automatic: false }, undefined],
  [{ excludedBy: '**/.env*', automatic: false }, 'excluded-file'],
  [{ cursors: 2 }, 'multiple-cursors'],
  [{ cursors: 2, automatic: false }, 'multiple-cursors'],
  [{ hasSelection: true }, 'selection'],
  [{ hasSelection: true, automatic: false }, undefined],
];

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
    assert.equal(refusePlace(prefix, suffix, true, plainLocalizer) === undefined ? '+' : '-', expected);
    assert.equal(refusePlace(prefix, suffix, false, plainLocalizer), undefined);
  });
}
