import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../../src/extension/runtime/latency.js';
import type { RunReport } from '../../../src/shared/outcome.js';

function report(steps: number[], otherMs: number): RunReport {
  const total = steps.reduce((sum, ms) => sum + ms, otherMs);
  const ms = { tokenize: 0, context: otherMs, steps, postprocess: 0, total };
  return { stepsUsed: steps.length, canvasSize: 16, ms, encodedTokens: 0, reusedTokens: 0 };
}

test('nothing is claimed before anything was measured', () => {
  const pace = new Pace();
  assert.deepEqual([pace.estimate(8), pace.lastMs, pace.stepMs, pace.slow], [undefined, undefined, undefined, false]);
  pace.add(8, report([], 3)); // answered without a step
  assert.equal(pace.estimate(8), undefined);
});

test('measured where there were such requests, otherwise computed from the milliseconds of a step', () => {
  const pace = new Pace();
  pace.add(4, report([10, 10, 10, 10], 20));
  pace.add(4, report([10, 10, 10, 10], 40));
  assert.deepEqual(pace.estimate(4), { ms: 70, measured: true, runs: 2 });
  assert.deepEqual(pace.estimate(16), { ms: 190, measured: false, runs: 2 });
  assert.equal(pace.lastMs, 80);
});

test('easy text, done before its last step, does not make fewer steps look slower or more steps faster', () => {
  const pace = new Pace();
  for (let run = 0; run < 3; run++) pace.add(16, report([10, 10, 10, 10], 20));
  assert.deepEqual(
    [1, 4, 8, 16, 64].map((steps) => pace.estimate(steps)?.ms),
    [30, 60, 60, 60, 60],
  );
});

test('single slow requests do not spoil the figures', () => {
  const pace = new Pace();
  for (const ms of [10, 10, 900, 10, 10]) {
    pace.add(1, report([ms], 0));
  }
  assert.equal(pace.estimate(1)?.ms, 10);
  assert.equal(pace.slow, false);
});

test('slow: the latest answers came too late, until they are fast again', () => {
  const pace = new Pace();
  for (let run = 0; run < 5; run++) {
    pace.add(16, report([3000], 0));
  }
  assert.equal(pace.slow, true);
  for (let run = 0; run < 3; run++) {
    pace.add(4, report([300], 0));
  }
  assert.equal(pace.slow, false);
});
