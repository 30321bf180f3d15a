import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { Engine } from '../../../src/engine/engine.js';
import { fillHoles } from '../../../src/engine/infill/fillHoles.js';
import { infill } from '../../../src/engine/infill/infill.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { type InfillOptions, SAMPLERS } from '../../../src/shared/infillOptions.js';
import type { HolesRequest } from '../../../src/shared/infillRequest.js';
import type { InfillOutcome } from '../../../src/shared/outcome.js';
import { BUNDLED, TINY_WITH_ENCODER } from '../fixtures.js';
import { contextOf, OPTIONS } from './requests.js';
import { tinyPipeline } from './tinyPipeline.js';

const DOCUMENT = { languageId: 'typescript', eol: '\n', indentUnit: '  ' } as const;

/** `|` is a hole. */
function holesOf(drawn: string, options: Partial<InfillOptions> = {}): HolesRequest {
  return { parts: drawn.split('|'), document: DOCUMENT, options: { ...OPTIONS, ...options } };
}

function textOf(outcome: InfillOutcome | undefined): string {
  return outcome?.kind === 'infill' ? outcome.candidates[0]!.text : '';
}

for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`several holes, with the model ${name}`, () => {
    let pipeline: Pipeline;
    before(async () => (pipeline = await tinyPipeline({}, folder)));
    after(async () => pipeline.model.dispose());

    test('any holes: an outcome for each, within the steps of each', async () => {
      const asked = fc.record({
        drawn: fc.constantFrom(
          'const a = |;\nconst b = |;\n',
          'f(|, |) {\n  |\n}\n',
          '||',
          '|.|',
          'if (a) {\n|  b();\n  |\n}\n',
          '|',
        ),
        steps: fc.integer({ min: 1, max: 8 }),
        temperature: fc.constantFrom(0, 0.8),
        sampler: fc.constantFrom(undefined, ...SAMPLERS),
      });
      await fc.assert(
        fc.asyncProperty(asked, async ({ drawn, sampler, ...options }) => {
          const sampled = sampler === undefined ? {} : { sampler };
          const request = holesOf(drawn, { ...options, ...sampled, maxTokens: 8 });
          const outcomes = await fillHoles(request, pipeline);
          assert.equal(outcomes.length, request.parts.length - 1);
          for (const outcome of outcomes) {
            // First hitting has as many times as there are masks, whatever is asked for.
            const most = sampler === 'first-hitting' ? Infinity : options.steps;
            assert.ok(outcome.report.stepsUsed <= most, `${String(outcome.report.stepsUsed)} steps`);
            assert.equal(outcome.kind === 'infill', textOf(outcome) !== '');
          }
          const again = await fillHoles(request, pipeline);
          assert.deepEqual(again.map(textOf), outcomes.map(textOf), 'the same seed, the same texts');
        }),
        { numRuns: 40, seed: 22 },
      );
    });

    test('one hole is filled as it is alone', async () => {
      for (const drawn of ['const total = items.|;\n', 'f(|)', 'if (a) {\n|  b();\n}\n', '|']) {
        for (const temperature of [0, 0.8]) {
          const [prefix, suffix] = drawn.split('|') as [string, string];
          const options = { ...OPTIONS, steps: 5, temperature, trace: false };
          const [together] = await fillHoles(holesOf(drawn, options), pipeline);
          const alone = await infill({ context: contextOf(prefix, suffix), options }, pipeline);
          const contentOf = (of: InfillOutcome): unknown =>
            of.kind === 'infill' ? of.candidates : [of.reason, of.detail];
          assert.deepEqual(contentOf(together!), contentOf(alone));
        }
      }
    });
  });
}

for (const { name, folder } of TINY_WITH_ENCODER) {
  test(`several holes answer alike whatever was read before, with the model ${name}`, async () => {
    const pipeline = await tinyPipeline({}, folder);
    const lines = Array.from({ length: 12 }, (_, i) => `  const value${String(i)} = ${String(i)};\n`).join('');
    const request = holesOf(`${lines}const a = |;\nf(|);\n${lines}b = |;\n`, { steps: 6, maxTokens: 8, trace: false });
    const answer = async (): Promise<unknown> =>
      (await fillHoles(request, pipeline)).map((of) => (of.kind === 'infill' ? of.candidates : of.reason));
    const first = await answer();
    assert.deepEqual(await answer(), first, 'at once again');
    const { parts } = request;
    for (const i of [3, 1, 2]) {
      const context = contextOf(parts.slice(0, i).join(''), parts.slice(i).join(''));
      await infill({ context, options: { ...OPTIONS, steps: 3, trace: false } }, pipeline);
    }
    assert.deepEqual(await answer(), first, 'after each of them alone');
    await pipeline.model.dispose();
  });
}

describe('several holes', () => {
  let pipeline: Pipeline;
  before(async () => (pipeline = await tinyPipeline()));
  after(async () => pipeline.model.dispose());

  test('are refused where there are none, or too many', async () => {
    for (const drawn of ['nothing', '|'.repeat(17)]) {
      await assert.rejects(
        fillHoles(holesOf(drawn), pipeline),
        (error: unknown) => error instanceof InfillError && /holes/u.test(error.message),
      );
    }
  });

  test('are all left alone once nobody wants them any more', async () => {
    const abort = new AbortController();
    const outcomes = await fillHoles(holesOf('a = |;\nb = |;\n', { steps: 8 }), pipeline, {
      signal: abort.signal,
      onStep: () => abort.abort(),
    });
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.kind === 'none' ? outcome.reason : outcome.kind)),
      ['cancelled', 'cancelled'],
    );
  });

  test('are told step by step, each with its own', async () => {
    const outcomes = await fillHoles(holesOf('a = |;\nb = |;\n', { steps: 3 }), pipeline);
    for (const [index, { report }] of outcomes.entries()) {
      assert.equal(report.trace!.length, report.stepsUsed);
      assert.ok(report.trace!.every(({ part }) => part?.index === index && part.count === 2));
    }
  });
});

test('each hole sees what is written in the others: a name is used where it is missing, and more surely', async () => {
  const engine = await Engine.load({ modelPath: BUNDLED, device: 'cpu', threads: 1 });
  try {
    const options = { ...OPTIONS, steps: 4, maxTokens: 64, trace: false };
    const drawn = 'function area(width: number, |: number) {\n  return width * |;\n}\n';
    const [name, use] = await engine.holes(holesOf(drawn, options));
    assert.notEqual(textOf(name), '');
    assert.equal(textOf(use), textOf(name));
    const [before = '', between = '', after = ''] = drawn.split('|');
    const alone = await engine.infill({ context: contextOf(before + between, after), options });
    const confidenceOf = (of: InfillOutcome): number => (of.kind === 'infill' ? of.candidates[0]!.confidence : 0);
    assert.ok(confidenceOf(use!) > confidenceOf(alone));
  } finally {
    await engine.dispose();
  }
});
