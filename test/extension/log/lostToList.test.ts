import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostToList } from '../../../src/extension/log/lostToList.js';
import { placeAt } from '../../../src/extension/log/requestPlace.js';
import type { RequestRecord } from '../../../src/extension/log/requestLog.js';

const DOCUMENT = { uri: 'file:///work/a.ts', version: 3 };
const PLACE = placeAt(DOCUMENT, { line: 2, character: 5 });
const CANCELLED: RequestRecord = {
  time: 0,
  file: 'a.ts',
  languageId: 'typescript',
  trigger: 'manual',
  outcome: 'none',
  source: 'editor',
  reason: 'cancelled',
  detail: '',
  place: PLACE,
  ms: 40,
  candidates: 0,
  times: 1,
};

test('cancelled, and everything is as it was: the list took the focus', () => {
  assert.ok(lostToList(CANCELLED, PLACE));
});

test('who typed, moved or went to another file went on', () => {
  for (const here of [
    placeAt({ ...DOCUMENT, version: 4 }, { line: 2, character: 5 }),
    placeAt(DOCUMENT, { line: 2, character: 6 }),
    placeAt(DOCUMENT, { line: 3, character: 5 }),
    placeAt({ ...DOCUMENT, uri: 'file:///work/b.ts' }, { line: 2, character: 5 }),
    undefined,
  ]) {
    assert.equal(lostToList(CANCELLED, here), false);
  }
});

test('other reasons are true as they are', () => {
  assert.equal(lostToList({ ...CANCELLED, reason: 'superseded' }, PLACE), false);
});
