import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { convertCheckpoint } from '../../../../src/modelStore/convert/convertCheckpoint.js';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import { type InfillOptions, LENGTHS, SAMPLERS } from '../../../../src/shared/infillOptions.js';
import type { TextConditions } from '../../../../src/shared/infillRequest.js';
import type { InfillOutcome } from '../../../../src/shared/outcome.js';
import { InfillError } from '../../../../src/shared/infillError.js';
import { checkpointPath, TINY_WITH_ENCODER } from '../../fixtures.js';
import { type Checkpoint, withFolder } from '../../network/checkpoints.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const HOLES = [
  'const total = items.|reduce(add);\n',
  'function add(a, b) {\n  |\n}\n',
  'if (ready) {\n|  start();\n}\n',
  'let val|',
  '|',
];
const text = fc.oneof(
  fc.constantFrom('a', ' x', 'return', '(a, ', ') + 1', '{\n  b;\n', ';\n', 'é', '😀', '\t', 'items.', '"', '\r\n'),
  fc.string({ minLength: 1, maxLength: 6 }),
);

/** Conditions of a request, and how it is computed. */
const asked = fc.record({
  drawn: fc.constantFrom(...HOLES),
  eol: fc.constantFrom('\n', '\r\n'),
  conditions: fc.record(
    {
      start: text,
      end: text,
      contains: text,
      length: fc
        .tuple(fc.nat({ max: 12 }), fc.nat({ max: 12 }))
        .map(([least, more]) => ({ least, most: Math.max(1, least + more) })),
    },
    { requiredKeys: [] },
  ),
  options: fc.record({
    steps: fc.integer({ min: 1, max: 16 }),
    temperature: fc.constantFrom(0, 0, 0.8, 2),
    seed: fc.nat({ max: 1000 }),
    candidates: fc.constantFrom(1, 1, 3),
    maxTokens: fc.constantFrom(6, 16, 32),
    multiline: fc.constantFrom('auto', 'never', 'always'),
  }),
});

interface Asked {
  readonly drawn: string;
  readonly eol: '\n' | '\r\n';
  readonly conditions: TextConditions;
  readonly options: Partial<InfillOptions>;
}

const lineFeeds = (of: string): string => of.replace(/\r\n?/gu, '\n');

/** Asserts that every text of an outcome is what was asked for; answers how many there are. */
function assertMet(outcome: InfillOutcome, conditions: TextConditions): number {
  const candidates =
    outcome.kind === 'infill' ? outcome.candidates : outcome.doubtful === undefined ? [] : [outcome.doubtful];
  for (const { text: whole, tokens, unasked } of candidates) {
    const { start = '', end = '', contains = '', length } = conditions;
    for (const shown of [whole, ...(unasked === undefined ? [] : [unasked.text])]) {
      const said = JSON.stringify({ shown, conditions });
      const plain = lineFeeds(shown);
      assert.ok(plain.startsWith(lineFeeds(start)), `starts: ${said}`);
      // Where a line was opened above an indented one, the break that ends it comes last.
      assert.ok(plain.endsWith(lineFeeds(end)), `ends: ${said}`);
      assert.ok(plain.includes(lineFeeds(contains)), `contains: ${said}`);
    }
    assert.equal(tokens.map((token) => token.text).join(''), whole);
    if (length === undefined) continue;
    const said = JSON.stringify({ whole, tokens: tokens.map((token) => token.text), length });
    assert.ok(tokens.length >= length.least && tokens.length <= length.most, said);
  }
  return candidates.length;
}

/** The outcome, or undefined where the conditions are refused, which is before anything is computed. */
async function fill(
  { drawn, eol, conditions, options }: Asked,
  pipeline: Pipeline,
): Promise<InfillOutcome | undefined> {
  const request = { ...requestOf(drawn, options, { eol }), conditions };
  try {
    return await infill(request, pipeline);
  } catch (error) {
    assert.ok(error instanceof InfillError && error.code === 'invalid-request', String(error));
    assert.notEqual(error.remedy, '');
    return undefined;
  }
}

/** Runs many random requests; most of those that are not refused have to come to a text. */
async function assertHolds(pipeline: Pipeline, change: Partial<InfillOptions>, numRuns: number): Promise<void> {
  let computed = 0;
  let answered = 0;
  const run = async (each: Asked): Promise<void> => {
    const outcome = await fill({ ...each, options: { ...each.options, ...change } }, pipeline);
    if (outcome === undefined) return;
    computed++;
    if (assertMet(outcome, each.conditions) > 0) answered++;
  };
  await fc.assert(fc.asyncProperty(asked as fc.Arbitrary<Asked>, run), { numRuns, seed: 22 });
  assert.ok(answered >= computed * 0.6, `${String(answered)} of ${String(computed)} came to a text`);
}

for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`conditions hold with the model ${name}`, () => {
    let pipeline: Pipeline;
    before(async () => (pipeline = await tinyPipeline({}, folder)));
    after(async () => pipeline.model.dispose());

    test('with its own sampler', () => assertHolds(pipeline, {}, 60));
    for (const sampler of SAMPLERS) test(sampler, () => assertHolds(pipeline, { sampler }, 12));
    test('with a deadline', () => assertHolds(pipeline, { deadlineMs: 1 }, 15));
    test('with remasking', () => assertHolds(pipeline, { sampler: 'mdlm-ancestral', remask: 'conf' }, 12));
    for (const length of LENGTHS.filter((each) => each !== 'expand')) {
      test(`with the length "${length}"`, () => assertHolds(pipeline, { length }, 15));
    }
  });
}

test('the draft after every step contains what it has to', async () => {
  const pipeline = await tinyPipeline();
  try {
    for (const sampler of SAMPLERS) {
      for (const steps of [1, 5]) {
        for (const contains of ['sum', 'é']) {
          const request = requestOf('const total = items.|;\n', { sampler, steps, temperature: 0.8, maxTokens: 24 });
          const { report } = await infill({ ...request, conditions: { contains } }, pipeline);
          for (const { draft, step } of report.trace!) {
            assert.ok(draft.join('').includes(contains), JSON.stringify({ sampler, steps, step, draft }));
          }
        }
      }
    }
  } finally {
    await pipeline.model.dispose();
  }
});

describe('conditions hold with models that do not read', () => {
  const cases: readonly (readonly [Checkpoint, string | undefined])[] = [
    ['llada', 'llada-low-confidence'],
    ['dream', 'dream-entropy'],
    ['open-dcoder', 'entropy-bound'],
    ['mdlm', 'mdlm-ancestral'],
    ['sedd', undefined],
    ['sedd-uniform', undefined],
  ];
  for (const [name, sampler] of cases) {
    test(name, () =>
      withFolder(async (folder) => {
        const target = path.join(folder, name);
        await convertCheckpoint({ source: checkpointPath(name), target, precision: 'fp32' });
        const pipeline = await tinyPipeline({}, target);
        try {
          await assertHolds(pipeline, sampler === undefined ? {} : { sampler }, 12);
        } finally {
          await pipeline.model.dispose();
        }
      }),
    );
  }
});
