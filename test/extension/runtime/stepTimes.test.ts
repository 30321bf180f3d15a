import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServicePlace } from '../../../src/inference/host/clientState.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import { type InfillOutcome, NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';
import { StepTimes } from '../../../src/extension/runtime/stepTimes.js';
import { OPTIONS } from '../../inference/requests.js';

const NUMBERS = [1, 2, 8];

/** A request that took 100 ms for its context where it was new and 10 ms where it was not, and 20 ms a step, of five at most. */
function reportOf(steps: number, isNew: boolean): RunReport {
  const used = Math.min(steps, 5);
  const context = isNew ? 1000 : 10;
  return {
    stepsUsed: used,
    passes: { ...NO_PASSES, denoise: { count: used, ms: used * 20 } },
    canvasSize: 16,
    ms: {
      tokenize: 0,
      context,
      steps: Array.from({ length: used }, () => 20),
      postprocess: 0,
      total: context + used * 20,
    },
    encodedTokens: isNew ? 400 : 8,
    reusedTokens: isNew ? 0 : 392,
  };
}

function scene(
  answer?: (asked: InfillRequest[]) => InfillOutcome | undefined,
  place?: ServicePlace,
): {
  times: StepTimes;
  asked: InfillRequest[];
  clock: { ms: number };
} {
  const asked: InfillRequest[] = [];
  const clock = { ms: 0 };
  const service = {
    state: { kind: 'ready', detail: '', ...(place === undefined ? {} : { place }) } as const,
    infill: async (request: InfillRequest): Promise<InfillOutcome> => {
      asked.push(request);
      const report = reportOf(request.options.steps, asked.length === 1);
      clock.ms += report.ms.total;
      return answer?.(asked) ?? { kind: 'none', reason: 'empty', detail: '', report };
    },
  };
  return { times: new StepTimes(service, () => clock.ms), asked, clock };
}

const measuring = (parts: object = {}): Parameters<StepTimes['measure']>[0] => ({
  numbers: NUMBERS,
  options: { ...OPTIONS, steps: 3, deadlineMs: 50, candidates: 3, minConfidence: 0.5 },
  signal: new AbortController().signal,
  onMeasured: () => undefined,
  ...parts,
});

test('all numbers of steps are told in the same warm state: the first request makes none of them dearer', async () => {
  const { times } = scene();
  assert.equal(times.estimate(1), undefined);
  let told = 0;
  await times.measure(measuring({ onMeasured: () => told++ }));
  assert.deepEqual(
    NUMBERS.map((steps) => times.estimate(steps)),
    [
      { ms: 30, measured: true, runs: 3 },
      { ms: 50, measured: true, runs: 3 },
      { ms: 110, measured: true, runs: 3 },
    ],
  );
  assert.equal(times.estimate(4)?.ms, 90, 'and what was not measured is estimated from the same');
  assert.equal(told, 9);
});

test('each is asked as while typing: one text, no deadline, and something new to read', async () => {
  const { times, asked } = scene();
  await times.measure(measuring());
  for (const [i, { options, context }] of asked.entries()) {
    assert.deepEqual([options.candidates, options.minConfidence, options.deadlineMs], [1, 0, undefined]);
    assert.notEqual(context.prefix, asked[i - 1]?.context.prefix);
    assert.equal(context.uri, undefined);
  }
  assert.deepEqual(
    asked.map(({ options }) => options.steps),
    [8, 8, ...NUMBERS, ...NUMBERS, ...NUMBERS],
  );
});

test('a slow model is not kept busy: the rest is estimated', async () => {
  const { times, asked, clock } = scene(() => {
    clock.ms += 9000;
    return undefined;
  });
  await times.measure(measuring());
  assert.equal(asked.length, 4);
  assert.deepEqual(
    NUMBERS.map((steps) => times.estimate(steps)?.measured),
    [true, true, false],
  );
});

test('a request of a person, or a closed list, ends it', async () => {
  const superseded = scene((asked) =>
    asked.length === 4 ? { kind: 'none', reason: 'superseded', detail: '', report: reportOf(1, false) } : undefined,
  );
  await superseded.times.measure(measuring());
  assert.equal(superseded.asked.length, 4);

  const controller = new AbortController();
  const closed = scene((asked) => {
    if (asked.length === 3) controller.abort();
    return undefined;
  });
  await closed.times.measure(measuring({ signal: controller.signal }));
  assert.equal(closed.asked.length, 3);
});

test('a hosted model has no steps to measure, and is not asked', async () => {
  const { times, asked } = scene(undefined, { kind: 'hosted', name: 'api.example.com' });
  await times.measure(measuring());
  assert.equal(asked.length, 0);
});
