import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denoiseProgress, progressShare } from '../../../src/extension/denoise/denoiseProgress.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('steps and parts are counted from one; a selection of one part has none', () => {
  assert.equal(denoiseProgress({ step: 0 }, 3, plainLocalizer), 'denoising the selection, step 1 of 3');
  const part = { index: 1, count: 4 };
  assert.equal(
    denoiseProgress({ step: 2, part }, 3, plainLocalizer),
    'denoising the selection, part 2 of 4, step 3 of 3',
  );
});

test('the share of the work is that of the parts that are done and of the steps of this one', () => {
  assert.equal(progressShare({ step: 0 }, 4), 0.25);
  assert.equal(progressShare({ step: 3, part: { index: 0, count: 2 } }, 4), 0.5);
  assert.equal(progressShare({ step: 1, part: { index: 1, count: 2 } }, 4), 0.75);
  // A step beyond those that were asked for is no more than all of them.
  assert.equal(progressShare({ step: 7, part: { index: 1, count: 2 } }, 4), 1);
});
