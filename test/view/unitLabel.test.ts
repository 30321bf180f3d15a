import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedUnits } from '../../src/view/changedUnits.js';
import { tokenKey, viewKey } from '../../src/view/keyAction.js';
import { unitLabel, visible } from '../../src/view/unitLabel.js';
import { unitsOf } from '../../src/view/units.js';
import { sayer, WORDS } from '../../src/view/words.js';
import { position } from './viewPositions.js';

const say = sayer({});

test('a token says what it is, how sure, and who settled it when', () => {
  const from = { uri: 'file:///b.ts', path: 'b.ts', line: 3 };
  const units = unitsOf([
    position(0, ' a', { confidence: 0.996 }),
    position(1, null, { draft: { id: 1, text: '\n    ', confidence: 0.25 } }),
    position(2, null),
    position(3, ' b', { source: 'found', from, step: 1, isPinned: true }),
  ]);
  assert.deepEqual(
    units.map((unit, i) => unitLabel(unit, i === 0, say)),
    [
      'a, 99%, step 1, from the denoiser, changed',
      'masked, draft line break 4 spaces, 25%',
      'masked',
      'b, 50%, step 2, found in b.ts, line 3, pinned',
    ],
  );
  assert.equal(visible('\t', say), 'tab');
});

test('words of another language come first, and values stand in their places', () => {
  assert.equal(sayer({ frameStep: 'Schritt {0} von {1}' })('frameStep', 2, 8), 'Schritt 2 von 8');
  assert.equal(sayer({ constructor: 'no' })('frameStep', 2, 8), 'Step 2 of 8');
  for (const text of Object.values(WORDS)) {
    const numbers = [...text.matchAll(/\{(\d)\}/gu)].map(([, number]) => Number(number)).sort();
    assert.deepEqual(numbers, [...numbers.keys()], text);
  }
});

test('what is not as it was in the selection is changed', () => {
  const units = unitsOf(['a', ' -', ' b', ';'].map((text, at) => position(at, text)));
  assert.deepEqual([...changedUnits(units, ['a', ' +', ' b', ';'])], [1]);
  assert.deepEqual([...changedUnits(units, ['a', ';'])], [1, 2]);
  assert.deepEqual([...changedUnits(units, ['a', ' -', ' c', ' b', ';'])], []);
});

test('every key means one thing', () => {
  const key = (
    name: string,
    held: Partial<Record<'ctrlKey' | 'shiftKey' | 'altKey', boolean>> = {},
  ): Parameters<typeof viewKey>[0] => ({
    ...{ key: name, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false },
    ...held,
  });
  assert.deepEqual(viewKey(key('z', { ctrlKey: true })), { type: 'undo' });
  assert.deepEqual(viewKey(key('Z', { ctrlKey: true, shiftKey: true })), { type: 'redo' });
  assert.deepEqual(tokenKey(key('Delete')), { type: 'mask' });
  assert.deepEqual(tokenKey(key('Delete', { ctrlKey: true })), { type: 'remove' });
  assert.deepEqual(tokenKey(key('ArrowLeft', { shiftKey: true })), { type: 'move', to: 'left', extends: true });
  assert.deepEqual(tokenKey(key('p')), { type: 'pin' });
  assert.deepEqual(tokenKey(key('ß')), { type: 'openInput', isPrefilled: false });
  for (const name of ['c', 'v', 'a']) assert.equal(tokenKey(key(name, { ctrlKey: true })), undefined);
  assert.equal(tokenKey(key('Shift', { shiftKey: true })), undefined);
});
