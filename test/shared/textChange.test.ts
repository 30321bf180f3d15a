import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedText, madeSpans, type TextChange } from '../../src/shared/textChange.js';

const CHANGES: readonly TextChange[] = [
  { span: { start: 0, end: 3 }, text: 'a' },
  { span: { start: 4, end: 4 }, text: 'new ' },
  { span: { start: 8, end: 11 }, text: '' },
];

test('all changes at once, and where each of them stands then', () => {
  const text = changedText('one two and', CHANGES);
  assert.equal(text, 'a new two ');
  assert.deepEqual(
    madeSpans(CHANGES).map(({ start, end }) => text.slice(start, end)),
    ['a', 'new ', ''],
  );
  assert.equal(changedText('one', []), 'one');
});
