import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denoiseProgress } from '../../../src/extension/denoise/denoiseProgress.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('steps and parts are counted from one; a selection of one part has none', () => {
  assert.equal(denoiseProgress({ step: 0 }, 3, plainLocalizer), 'denoising the selection, step 1 of 3');
  const part = { index: 1, count: 4 };
  assert.equal(
    denoiseProgress({ step: 2, part }, 3, plainLocalizer),
    'denoising the selection, part 2 of 4, step 3 of 3',
  );
});
