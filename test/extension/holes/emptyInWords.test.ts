import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyInWords } from '../../../src/extension/holes/emptyInWords.js';
import { plainLocalizer } from '../plainLocalizer.js';

const EMPTY = { reason: 'empty', detail: '' } as const;

test('where all are filled there is nothing to say', () => {
  assert.equal(emptyInWords([], 3, plainLocalizer), undefined);
});

test('says how many were filled, and why each of the others was not', () => {
  assert.equal(
    emptyInWords([{ line: 9, ...EMPTY }], 3, plainLocalizer),
    '2 of 3 filled. Line 9: The model found nothing to add here.',
  );
});

test('lines with the same reason are named together', () => {
  const place = {
    line: 4,
    reason: 'unsuitable-position',
    detail: 'The cursor is inside a character or a line break.',
  } as const;
  assert.equal(
    emptyInWords([{ line: 2, ...EMPTY }, place, { line: 9, ...EMPTY }], 3, plainLocalizer),
    'None of 3 cursors was filled. Lines 2, 9: The model found nothing to add here. ' +
      'Line 4: Infill makes no automatic suggestions here. The cursor is inside a character or a line break.',
  );
});
