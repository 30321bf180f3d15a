import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepLimit } from '../../src/shared/stepLimit.js';

test('with its own sampler a model takes no more steps than it gains from', () => {
  assert.equal(stepLimit({ steps: 64 }, 8), 8);
  assert.equal(stepLimit({ steps: 64, sampler: undefined }, 8), 8);
  assert.equal(stepLimit({ steps: 4 }, 8), 4);
  assert.equal(stepLimit({ steps: 64 }, undefined), 64);
});

test('other samplers take the times of their process, as many as were asked for', () => {
  assert.equal(stepLimit({ steps: 64, sampler: 'mdlm-ancestral' }, 8), 64);
});
