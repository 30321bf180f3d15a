import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseCursors } from '../../../src/extension/holes/refuseCursors.js';
import { MOST_HOLES, type Span } from '../../../src/shared/infillRequest.js';
import { plainLocalizer } from '../plainLocalizer.js';

const cursors = (count: number): Span[] => Array.from({ length: count }, (_, start) => ({ start, end: start }));

test('two cursors and as many as a request may have are filled', () => {
  assert.deepEqual(
    [2, 3, MOST_HOLES].map((count) => refuseCursors(cursors(count), plainLocalizer)),
    [undefined, undefined, undefined],
  );
});

test('fewer and more are refused with what to do instead', () => {
  const one = 'Set two or more cursors first. For one, use [Trigger Suggestion](command:infill.trigger).';
  assert.deepEqual(
    [0, 1, MOST_HOLES + 1].map((count) => refuseCursors(cursors(count), plainLocalizer)),
    [one, one, 'Use at most 16 cursors at once; there are 17.'],
  );
});

test('selected text is refused, whatever else is set', () => {
  for (const count of [0, 1, MOST_HOLES]) {
    const selected = [...cursors(count), { start: 30, end: 31 }];
    assert.match(refuseCursors(selected, plainLocalizer) ?? '', /^Clear the selections first:/);
  }
});
