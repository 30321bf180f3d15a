import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { infill } from '../../../../src/engine/infill/infill.js';
import { PassCosts } from '../../../../src/engine/infill/run/passCosts.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import type { PassKind, RunReport } from '../../../../src/shared/outcome.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

/** Far more, and far less, than anything here takes. */
const LONG = 50_000;
const AGES = 1_000_000;
let pipeline: Pipeline;

before(async () => {
  pipeline = await tinyPipeline({
    absorb: true,
    draftTokens: 2,
    draftAhead: 0,
    stopBelow: 0,
    stopEvidence: 0,
    rankEnds: true,
  });
});
after(() => pipeline.model.dispose());

/** A run on a computer on which passes were seen to take so many milliseconds. */
async function run(known: Partial<Record<PassKind, number>>, deadlineMs: number | undefined): Promise<RunReport> {
  const costs = new PassCosts();
  for (const [kind, ms] of Object.entries(known)) costs.learn(kind as PassKind, ms);
  const options = {
    steps: 6,
    length: 'fixed',
    maxTokens: 12,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  } as const;
  return (await infill(requestOf('function area(width) {\n  return |;\n}\n', options), { ...pipeline, costs })).report;
}

test('without a deadline it does not matter what steps cost', async () => {
  const report = await run({ denoise: AGES, verify: AGES, rank: AGES }, undefined);
  assert.equal(report.stepsUsed, 6);
  assert.equal(report.stoppedBy, undefined);
  assert.ok(report.passes.rank.count > 0);
});

test('the first step is taken, and none that would end after the deadline; the draft is the text', async () => {
  const report = await run({ denoise: AGES, verify: AGES }, LONG);
  assert.equal(report.stepsUsed, 1);
  assert.equal(report.stoppedBy, 'deadline');
  assert.ok(!report.trace!.at(-1)!.draft.includes(null));
});

test('only a kind of step that is too slow is left out', async () => {
  const { passes, stoppedBy } = await run({ denoise: AGES }, LONG);
  assert.deepEqual([passes.denoise.count, passes.verify.count, stoppedBy], [1, 2, 'deadline']);
});

test('the comparison of ends must fit before the deadline as well, or is left out', async () => {
  const report = await run({ rank: AGES }, LONG);
  assert.equal(report.stepsUsed, 1);
  assert.equal(report.passes.rank.count, 0);
});

test('a deadline that is far away changes nothing', async () => {
  const far = await run({}, LONG);
  assert.equal(far.stoppedBy, undefined);
  assert.deepEqual(
    far.trace!.map(({ draft }) => draft),
    (await run({}, undefined)).trace!.map(({ draft }) => draft),
  );
});

test('alternatives are left out where there is no time for them', async () => {
  const costs = new PassCosts();
  costs.learn('denoise', AGES);
  const request = requestOf('let a = |;\n', { candidates: 3, temperature: 1.5, deadlineMs: LONG });
  const { report } = await infill(request, { ...pipeline, costs });
  assert.equal(report.passes.denoise.count, 1);
});

test('costs follow what is measured', () => {
  const costs = new PassCosts();
  assert.equal(costs.of('verify'), 0);
  costs.learn('verify', 10);
  assert.equal(costs.of('verify'), 10);
  for (let i = 0; i < 40; i++) costs.learn('verify', 30);
  assert.ok(Math.abs(costs.of('verify') - 30) < 0.1);
});
