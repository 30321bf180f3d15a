import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { AskedByKey, type AskedPlace } from '../../../src/extension/suggest/askedByKey.js';

let now = 0;
let asks = new AskedByKey(() => now);

beforeEach(() => {
  now = 0;
  asks = new AskedByKey(() => now);
});

function place(change: Partial<AskedPlace> = {}): AskedPlace {
  return { document: 'file:///a.ts', version: 1, line: 0, character: 10, item: undefined, ...change };
}

/** A request from its beginning to its end. @returns whether a person asked. */
function request(at: AskedPlace, automatic: boolean, text?: string): boolean {
  const asked = asks.begins(at, automatic);
  asks.ends(at, asked, text);
  return asked;
}

test('a request of the editor is nobody’s, one by key a person’s', () => {
  assert.equal(request(place(), true), false);
  assert.equal(request(place(), false), true);
});

for (const [what, before, after] of [
  ['opens', undefined, 'add'],
  ['closes', 'add', undefined],
] as const) {
  test(`the list ${what} while a person waits: what the editor asks then is asked for`, () => {
    const first = place({ item: before });
    assert.equal(asks.begins(first, false), true);
    assert.equal(request(place({ item: after }), true), true, 'while it runs');
    asks.ends(first, true, 'a');
    now = 100;
    assert.equal(request(place({ item: before }), true), true, 'and again, where the list changes once more');
  });
}

test('the list changes later, after an edit or elsewhere: nobody has asked', () => {
  request(place(), false, 'a');
  now = 501;
  assert.equal(request(place({ item: 'add' }), true), false);
  request(place(), false, 'a');
  assert.equal(request(place({ item: 'add', version: 2 }), true), false);
  assert.equal(request(place({ item: 'add', character: 11 }), true), false);
  assert.equal(request(place({ item: 'add', document: 'file:///b.ts' }), true), false);
});

test('with the same list nothing takes the place of what a person asked for', () => {
  request(place({ item: 'add' }), false);
  assert.equal(request(place({ item: 'add' }), true), false);
});

test('another text that came by itself stands in front of what was asked for, an equal one does not', () => {
  request(place(), true, 'items.length');
  request(place(), false, 'items.length === 0');
  assert.equal(asks.isBehindAnother, true);
  request(place(), false, 'items.length === 0');
  assert.equal(asks.isBehindAnother, false, 'it is in front now');
});

test('what was shown elsewhere, or before an edit, stands in front of nothing', () => {
  request(place(), true, 'items');
  request(place({ version: 2 }), false, 'other');
  assert.equal(asks.isBehindAnother, false);
  request(place({ version: 2 }), false);
  assert.equal(asks.isBehindAnother, false, 'nothing came');
});
