import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latency } from '../../../src/extension/runtime/latency.js';
import { NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';

function report(steps: number[], otherMs: number): RunReport {
  const total = steps.reduce((sum, ms) => sum + ms, otherMs);
  const ms = { tokenize: 0, context: otherMs, steps, postprocess: 0, total };
  return { stepsUsed: steps.length, passes: NO_PASSES, canvasSize: 16, ms, encodedTokens: 0, reusedTokens: 0 };
}

test('nothing is claimed before anything was measured', () => {
  const latency = new Latency();
  assert.deepEqual(
    [latency.estimate(8), latency.lastMs, latency.stepMs, latency.slow],
    [undefined, undefined, undefined, false],
  );
  latency.add(8, report([], 3)); // answered without a step
  assert.equal(latency.estimate(8), undefined);
});

test('measured where there were such requests, otherwise computed from the milliseconds of a step', () => {
  const latency = new Latency();
  latency.add(4, report([10, 10, 10, 10], 20));
  latency.add(4, report([10, 10, 10, 10], 40));
  assert.deepEqual(latency.estimate(4), { ms: 70, measured: true, runs: 2 });
  assert.deepEqual(latency.estimate(16), { ms: 190, measured: false, runs: 2 });
  assert.equal(latency.lastMs, 80);
});

test('easy text, done before its last step, does not make fewer steps look slower or more steps faster', () => {
  const latency = new Latency();
  for (let run = 0; run < 3; run++) latency.add(16, report([10, 10, 10, 10], 20));
  assert.deepEqual(
    [1, 4, 8, 16, 64].map((steps) => latency.estimate(steps)?.ms),
    [30, 60, 60, 60, 60],
  );
});

test('single slow requests do not spoil the figures', () => {
  const latency = new Latency();
  for (const ms of [10, 10, 900, 10, 10]) {
    latency.add(1, report([ms], 0));
  }
  assert.equal(latency.estimate(1)?.ms, 10);
  assert.equal(latency.slow, false);
});

test('slow: the latest answers came too late, until they are fast again', () => {
  const latency = new Latency();
  for (let run = 0; run < 5; run++) {
    latency.add(16, report([3000], 0));
  }
  assert.equal(latency.slow, true);
  for (let run = 0; run < 3; run++) {
    latency.add(4, report([300], 0));
  }
  assert.equal(latency.slow, false);
});
