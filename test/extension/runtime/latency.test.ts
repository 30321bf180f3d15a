import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latency } from '../../../src/extension/runtime/latency.js';
import { NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';

/** Of a run that took these passes, each a step, and `otherMs` for all else. */
function reportOf(denoise: number[], verify: number[], otherMs: number): RunReport {
  const sum = (all: number[]): number => all.reduce((total, ms) => total + ms, 0);
  const steps = [...denoise, ...verify];
  return {
    stepsUsed: steps.length,
    passes: {
      ...NO_PASSES,
      denoise: { count: denoise.length, ms: sum(denoise) },
      verify: { count: verify.length, ms: sum(verify) },
    },
    canvasSize: 16,
    ms: { tokenize: 0, context: otherMs, steps, postprocess: 0, total: sum(steps) + otherMs },
    encodedTokens: 0,
    reusedTokens: 0,
  };
}

const report = (steps: number[], otherMs: number): RunReport => reportOf(steps, [], otherMs);

test('nothing is claimed before anything was measured', () => {
  const latency = new Latency();
  assert.deepEqual(
    [latency.estimate(8), latency.lastMs, latency.lastPasses, latency.stepMs, latency.slow],
    [undefined, undefined, undefined, undefined, false],
  );
  latency.add(8, report([], 3)); // answered without a step
  assert.equal(latency.estimate(8), undefined);
});

test('measured where there were such requests, otherwise computed from the milliseconds of a pass', () => {
  const latency = new Latency();
  latency.add(4, report([10, 10, 10, 10], 20));
  latency.add(4, report([10, 10, 10, 10], 40));
  assert.deepEqual(latency.estimate(4), { ms: 70, measured: true, runs: 2 });
  assert.deepEqual(latency.estimate(16), { ms: 190, measured: false, runs: 2 });
  assert.equal(latency.lastMs, 80);
  assert.equal(latency.lastPasses?.denoise.count, 4);
});

test('easy text, done before its last step, does not make fewer steps look slower or more steps faster', () => {
  const latency = new Latency();
  for (let run = 0; run < 3; run++) latency.add(16, report([10, 10, 10, 10], 20));
  assert.deepEqual(
    [1, 4, 8, 16, 64].map((steps) => latency.estimate(steps)?.ms),
    [30, 60, 60, 60, 60],
  );
});

test('each kind of pass costs what it costs: a request begins with a denoising one', () => {
  const latency = new Latency();
  latency.add(8, reportOf([40], [10, 10, 10, 10, 10, 10, 10], 20));
  assert.deepEqual(
    [1, 2, 8].map((steps) => latency.estimate(steps)?.ms),
    [60, 70, 130],
  );
});

test('how many passes more steps take is learned from texts that had so many', () => {
  const latency = new Latency();
  for (let run = 0; run < 3; run++) latency.add(1, report([40], 20));
  assert.equal(latency.estimate(8)?.ms, 20 + 8 * 40, 'nothing else is known yet');
  latency.add(16, reportOf([40, 40], [10, 10, 10], 20)); // needs no more than five
  assert.deepEqual(
    [1, 8].map((steps) => latency.estimate(steps)),
    [
      { ms: 60, measured: true, runs: 3 },
      { ms: 130, measured: false, runs: 4 },
    ],
  );
});

test('texts that took every step they had may take more of them', () => {
  const latency = new Latency();
  latency.add(8, report([10, 10, 10, 10, 10, 10, 10], 20)); // done in seven
  for (let run = 0; run < 2; run++) latency.add(8, report([10, 10, 10, 10, 10, 10, 10, 10], 20));
  assert.deepEqual(
    [1, 8, 12].map((steps) => latency.estimate(steps)?.ms),
    [30, 100, 140],
  );
});

test('more steps are never said to be faster than what was measured with fewer', () => {
  const latency = new Latency();
  for (const ms of [60, 60, 60]) latency.add(8, report([10, 10], ms)); // an hour ago the computer was busy
  for (const ms of [5, 5, 5, 5, 5]) latency.add(2, report([10, 10], ms));
  assert.deepEqual(
    [1, 2, 4, 8, 16].map((steps) => latency.estimate(steps)?.ms),
    [15, 25, 25, 25, 25],
  );
  latency.add(8, report([400, 400], 5)); // busy again
  latency.add(8, report([400, 400], 5));
  latency.add(8, report([400, 400], 5));
  latency.add(8, report([400, 400], 5));
  assert.deepEqual(
    [2, 4, 8, 16].map((steps) => latency.estimate(steps)?.ms),
    [25, 25, 805, 805],
  );
});

test('the first request, to which nothing was known, makes its number of steps no dearer than others', () => {
  const latency = new Latency();
  const context = (encodedTokens: number, reusedTokens: number): object => ({ encodedTokens, reusedTokens });
  latency.add(1, { ...report([90], 2000), ...context(800, 0) });
  assert.equal(latency.estimate(1)?.ms, 2090, 'nothing else is known');
  for (let run = 0; run < 3; run++) latency.add(8, { ...report([40, 10, 10, 10], 20), ...context(8, 800) });
  assert.deepEqual(latency.estimate(8), { ms: 90, measured: true, runs: 3 });
  assert.deepEqual(latency.estimate(1), { ms: 20 + 17.5, measured: false, runs: 3 });
  assert.equal(latency.lastMs, 90);
});

test('every number of steps is told with the same context', () => {
  const latency = new Latency();
  for (const ms of [300, 300, 300]) latency.add(1, report([40], ms)); // asked for at three new places
  for (const ms of [20, 20, 20, 20]) latency.add(8, report([40, 10, 10], ms)); // while typing on
  assert.deepEqual(
    [1, 8].map((steps) => latency.estimate(steps)?.ms),
    [60, 80],
  );
});

test('what a deadline cut short says what passes cost, not how long so many steps take', () => {
  const latency = new Latency();
  latency.add(8, { ...reportOf([40], [10], 20), stoppedBy: 'deadline' });
  assert.deepEqual(latency.estimate(8), { ms: 20 + 40 + 7 * 10, measured: false, runs: 1 });
  assert.deepEqual([latency.lastMs, latency.lastCutShort], [70, true]);
  latency.add(8, reportOf([40], [10], 20));
  assert.equal(latency.lastCutShort, false);
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
