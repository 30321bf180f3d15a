import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { infill } from '../../../src/engine/infill/infill.js';
import { PassCosts } from '../../../src/engine/infill/run/passCosts.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import type { InfillOutcome, ShownDraft, StepTrace } from '../../../src/shared/outcome.js';
import { requestOf } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

/** Far more than anything here takes, and far less. */
const LONG = 50_000;
const AGES = 1_000_000;
const HOLES = [
  'function area(width) {\n  return |;\n}\n',
  'const sum = |\n',
  'if (a) {\n  |\n}\n',
  'let text = "|";\n',
  '|  indented = true\n',
];
const OPTIONS = { steps: 6, length: 'fixed', maxTokens: 12, trace: false } as const;
let pipeline: Pipeline;

before(async () => {
  pipeline = await tinyPipeline({ absorb: true, draftTokens: 2, draftAhead: 0, stopBelow: 0, rankEnds: true });
});
after(() => pipeline.model.dispose());

/** What each step shows, and the outcome. */
async function run(request: InfillRequest, drafts: boolean) {
  const steps: StepTrace[] = [];
  const outcome = await infill(request, pipeline, { drafts, onStep: (trace) => void steps.push(trace) });
  return { steps, outcome };
}

/** What would come of a run that has no time for a second step, nor to compare ends. */
async function afterOneStep(drawn: string): Promise<InfillOutcome> {
  const costs = new PassCosts();
  for (const kind of ['denoise', 'verify', 'rank'] as const) costs.learn(kind, AGES);
  return infill(requestOf(drawn, { ...OPTIONS, deadlineMs: LONG }), { ...pipeline, costs });
}

test('what a step shows is what a deadline would leave there', async () => {
  let texts = 0;
  for (const drawn of HOLES) {
    const { steps } = await run(requestOf(drawn, OPTIONS), true);
    const outcome = await afterOneStep(drawn);
    const [best] = outcome.kind === 'infill' ? outcome.candidates : [];
    const shown: ShownDraft | undefined = steps[0]?.shown;
    assert.deepEqual([shown?.text, shown?.confidence], [best?.text, best?.confidence], drawn);
    texts += shown === undefined ? 0 : 1;
  }
  assert.ok(texts > 0, 'no step shows anything');
});

test('nothing is made of drafts where nobody asked for them, and they change nothing', async () => {
  for (const drawn of HOLES) {
    const plain = await run(requestOf(drawn, OPTIONS), false);
    const live = await run(requestOf(drawn, OPTIONS), true);
    assert.ok(plain.steps.every(({ shown }) => shown === undefined));
    assert.deepEqual(
      plain.outcome.kind === 'infill' && plain.outcome.candidates,
      live.outcome.kind === 'infill' && live.outcome.candidates,
    );
  }
});
