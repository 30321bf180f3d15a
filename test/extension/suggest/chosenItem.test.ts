import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChosenItem } from '../../../src/extension/suggest/chosenItem.js';

const AT = { document: 'file:///a.ts', version: 1, line: 0, character: 10 };

/** Which of these entries, selected one after the other, count as chosen. */
function chosen(
  ...places: { item: string | undefined; version?: number; character?: number; document?: string }[]
): boolean[] {
  const item = new ChosenItem();
  return places.map((place) => item.isChosen({ ...AT, ...place }));
}

test('the entry that the list selects by itself is not chosen', () => {
  assert.deepEqual(chosen({ item: 'add' }, { item: 'add' }), [false, false]);
});

test('another entry at the same place was chosen, and so is the first one where somebody comes back to it', () => {
  assert.deepEqual(chosen({ item: 'add' }, { item: 'at' }, { item: 'at' }, { item: 'add' }), [false, true, true, true]);
});

test('after an edit, at another cursor or in another document the list selects by itself again', () => {
  assert.deepEqual(chosen({ item: 'add' }, { item: 'at' }, { item: 'bat', version: 2 }), [false, true, false]);
  assert.deepEqual(chosen({ item: 'add' }, { item: 'at', character: 11 }), [false, false]);
  assert.deepEqual(chosen({ item: 'add' }, { item: 'at', document: 'file:///b.ts' }), [false, false]);
});

test('a list that was closed and opened again selects by itself', () => {
  assert.deepEqual(chosen({ item: 'add' }, { item: undefined }, { item: 'at' }), [false, false, false]);
});
