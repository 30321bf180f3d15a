import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DenoiseProgress } from '../../../src/extension/denoise/denoiseProgress.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('steps are counted from one; steps that begin again belong to the next part', () => {
  const progress = new DenoiseProgress(3, plainLocalizer);
  assert.deepEqual(
    [0, 1, 2, 0, 1, 0].map((step) => progress.next({ step })),
    ['step 1 of 3', 'step 2 of 3', 'step 3 of 3', 'part 2, step 1 of 3', 'part 2, step 2 of 3', 'part 3, step 1 of 3'],
  );
});
