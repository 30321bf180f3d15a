import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestTimes, stepsInWords } from '../../../src/cli/output/summary.js';
import { NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';

const REPORT: RunReport = {
  stepsUsed: 3,
  passes: {
    ...NO_PASSES,
    context: { count: 2, ms: 8.24 },
    denoise: { count: 1, ms: 24.6 },
    verify: { count: 2, ms: 31 },
    rank: { count: 3, ms: 12.2 },
  },
  canvasSize: 32,
  ms: { tokenize: 1, context: 7, steps: [25, 15, 16], postprocess: 14, total: 81.5 },
  encodedTokens: 4,
  reusedTokens: 120,
};

test('tells passes of each kind, which are steps and which are not, and what they took', () => {
  assert.equal(
    requestTimes(REPORT),
    '82 ms in all: context 8.2 ms (4 tokens encoded, 120 reused), ' +
      '3 steps on a canvas of 32: 1 denoise 25 ms, 2 verify 31 ms; ranking 12 ms',
  );
});

test('a deadline that ended the run is told', () => {
  assert.match(stepsInWords({ ...REPORT, stoppedBy: 'deadline' }), /; ranking 12 ms; stopped by the deadline$/);
});

test('where steps and passes differ both are told: alternatives take passes, and some steps need none', () => {
  const passes = { ...NO_PASSES, denoise: { count: 5, ms: 100 }, length: { count: 1, ms: 30 } };
  assert.equal(stepsInWords({ stepsUsed: 8, passes }), '8 steps (5 passes): 5 denoise 100 ms; lengths 30 ms');
  assert.equal(stepsInWords({ stepsUsed: 0, passes: NO_PASSES }), '0 steps');
});
