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
  scheme: 'file',
  excludedBy: undefined,
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
  [{ excludedBy: '**/.env*', automatic: false }, 'excluded-file'],
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
    assert.equal(refusePlace(prefix, suffix, plainLocalizer) === undefined ? '+' : '-', expected);
  });
}

test('with automatic suggestions off, nothing is suggested unasked', () => {
  assert.equal(refuseUnasked(false, plainLocalizer)?.reason, 'disabled');
  assert.equal(refuseUnasked(true, plainLocalizer), undefined);
});
