import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HolesProgress } from '../../../src/extension/holes/holesProgress.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('the steps of each cursor are counted as the model comes back to it, and the share never goes back', () => {
  const progress = new HolesProgress(2, 2, plainLocalizer);
  const part = (index: number): { part: { index: number; count: number } } => ({ part: { index, count: 2 } });
  assert.deepEqual(
    [part(0), part(1), part(1), part(0), part(0)].map((step) => progress.after(step)),
    [
      { text: 'filling cursor 1 of 2, step 1 of 2', share: 0.25 },
      { text: 'filling cursor 2 of 2, step 1 of 2', share: 0.5 },
      { text: 'filling cursor 2 of 2, step 2 of 2', share: 0.75 },
      { text: 'filling cursor 1 of 2, step 2 of 2', share: 1 },
      { text: 'filling cursor 1 of 2, step 2 of 2', share: 1 },
    ],
  );
});

test('where one is left, its steps tell no part', () => {
  assert.deepEqual(new HolesProgress(1, 4, plainLocalizer).after({}), {
    text: 'filling cursor 1 of 1, step 1 of 4',
    share: 0.25,
  });
});
