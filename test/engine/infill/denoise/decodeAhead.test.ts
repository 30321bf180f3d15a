import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { infill } from '../../../../src/engine/infill/infill.js';
import type { RecommendedOptions } from '../../../../src/engine/contract/recommended.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { InfillOutcome, RunReport } from '../../../../src/shared/outcome.js';
import { requestOf } from '../requests.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import type { Pipeline } from '../../../../src/engine/infill/run/pipeline.js';
import { tinyPipeline } from '../tinyPipeline.js';
import { isAlike } from '../../../../src/engine/infill/alternatives/alike.js';

const APPENDING = { absorb: true, encoderMix: 0.75, entropyBound: 0, stopBelow: 0, stopEvidence: 0.8 };
let pipeline: Pipeline;

async function reportOf(change: Partial<RecommendedOptions>, options: Partial<InfillOptions> = {}): Promise<RunReport> {
  const request = requestOf('function area(width) {\n  return |;\n}\n', { steps: 16, ...options });
  const decodingAhead = { ...pipeline, recommended: { ...pipeline.recommended, ...change } };
  return (await infill(request, decodingAhead)).report;
}

/** Positions of the first canvas that each step settled. */
function settled({ trace }: RunReport): readonly number[] {
  return trace!.map(({ commits }) => commits.length);
}

/** Passes that settle something. */
function steps({ passes }: RunReport): number {
  return passes.denoise.count + passes.verify.count;
}

const last = ({ trace }: RunReport): unknown => trace!.at(-1)!.canvas;

for (const { name, kind, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`decoding ahead, ${name}`, () => {
    // These weights are so sure of what they write that their probabilities round to 1.
    const skip = kind === 'one-network' && 'its weights are too sure';
    before(async () => {
      pipeline = await tinyPipeline(APPENDING, folder);
    });
    after(() => pipeline.model.dispose());

    test('passes of the encoder are steps as well, and take the place of denoising passes', { skip }, async () => {
      const plain = await reportOf({});
      assert.ok(plain.trace!.every(({ kind, commits }) => kind === 'denoise' && commits.length === 1));
      const ahead = await reportOf({ draftTokens: 1 });
      assert.deepEqual(
        ahead.trace!.map(({ kind }) => kind),
        ahead.trace!.map((_, i) => (i % 2 === 0 ? 'denoise' : 'verify')),
      );
      assert.equal(ahead.stepsUsed, ahead.trace!.length);
      assert.ok(ahead.passes.denoise.count < plain.passes.denoise.count);
    });

    test('N bounds the passes of both networks together, whatever the text needs', async () => {
      for (const most of [1, 2, 3, 5, 8]) {
        for (const change of [
          { draftTokens: 4 },
          { draftTokens: 64, draftAhead: 0 },
          { draftTokens: 4, lookUpTokens: 4 },
        ]) {
          const report = await reportOf(change, { steps: most, multiline: 'always' });
          assert.ok(steps(report) <= most && steps(report) === report.stepsUsed, JSON.stringify(report.passes));
          assert.ok(report.passes.denoise.ms > 0 && report.passes.rank.count === 0);
        }
      }
    });

    test('a whole draft stands after every step, and is the text where the run ends there', async () => {
      const change = { draftTokens: 64, draftAhead: 0 };
      const options = { multiline: 'always', maxTokens: 16 } as const;
      const { trace } = await reportOf(change, { ...options, steps: 6 });
      for (const { step, draft } of trace!) {
        assert.ok(draft.length === 16 && !draft.includes(null), JSON.stringify(draft));
        const shorter = await reportOf(change, { ...options, steps: step + 1 });
        assert.deepEqual(shorter.trace!.at(-1)!.draft, draft, `after ${step + 1} steps`);
      }
    });

    test('right proposals settle more than one token after a pass', async () => {
      // Without the encoder the denoiser agrees with what it proposed, but where a rule forbids that.
      const counts = [];
      for (const name of ['width', 'items', 'first', 'total']) {
        const request = requestOf(`${name} = |\n`, { steps: 16, maxTokens: 16, length: 'fixed' });
        const alone = { ...pipeline.recommended, encoderMix: 0, stopEvidence: 0, draftTokens: 4 };
        counts.push(...settled((await infill(request, { ...pipeline, recommended: alone })).report));
      }
      assert.equal(Math.max(...counts), 4, counts.join());
    });

    test('what is not likely enough waits for the next pass', { skip }, async () => {
      const plain = await reportOf({});
      assert.deepEqual(last(await reportOf({ draftTokens: 4, draftConfidence: 1 }, { steps: 40 })), last(plain));
    });

    test('without proposals of the denoiser the encoder decodes on token by token, up to as many', async () => {
      const report = await reportOf({ draftTokens: 3, draftAhead: 0 });
      assert.ok(
        settled(report)
          .slice(0, -1)
          .every((count) => count === 1),
        settled(report).join(),
      );
      const kinds = report.trace!.map(({ kind }) => kind);
      assert.deepEqual(
        kinds,
        kinds.map((_, i) => (i % 4 === 0 ? 'denoise' : 'verify')),
      );
    });

    test('it can be cancelled while it decodes ahead', async () => {
      const decodingAhead = { ...pipeline, recommended: { ...pipeline.recommended, draftTokens: 1, stopEvidence: 0 } };
      const canvases = [];
      for (let seed = 0; seed < 20; seed++) {
        const sampled = { steps: 1, multiline: 'always', temperature: 1.5, seed } as const;
        const request = requestOf('function area(width) {\n  |\n}\n', sampled);
        const controller = new AbortController();
        const running = infill(request, decodingAhead, { signal: controller.signal });
        controller.abort();
        const { report, ...outcome } = await running;
        assert.ok(outcome.kind === 'none' && outcome.reason === 'cancelled', JSON.stringify(outcome));
        canvases.push(report.trace!.at(-1)!.canvas);
      }
      assert.ok(
        canvases.some((canvas) => canvas.includes(null)),
        JSON.stringify(canvases),
      );
    });

    test('the same seed gives the same text, also where tokens are drawn', async () => {
      const sampled = { temperature: 1.2, seed: 3 };
      const [one, two] = [await reportOf({ draftTokens: 3 }, sampled), await reportOf({ draftTokens: 3 }, sampled)];
      assert.deepEqual(last(one), last(two));
    });

    test('several candidates are denoised one after the other, each decoding ahead as it would alone', async () => {
      const decodingAhead = { ...pipeline, recommended: { ...pipeline.recommended, draftTokens: 2 } };
      const run = (options: Partial<InfillOptions>) =>
        infill(requestOf('function area(width) {\n  return |;\n}\n', { temperature: 1.5, ...options }), decodingAhead);
      const together = await run({ candidates: 3, seed: 5 });
      const single = [await run({ seed: 5 }), await run({ seed: 6 }), await run({ seed: 7 })];
      const textsOf = (outcome: InfillOutcome): string[] =>
        outcome.kind === 'infill' ? outcome.candidates.map(({ text }) => text) : [];
      const [texts, alone] = [textsOf(together), single.flatMap(textsOf)];
      assert.ok(texts.length > 0 && texts.every((text) => alone.includes(text)), JSON.stringify(texts));
      // Nothing but what is no alternative to another one is left out.
      assert.ok(alone.every((text) => texts.some((each) => isAlike(each, text))));
      assert.equal(
        steps(together.report),
        single.reduce((sum, { report }) => sum + steps(report), 0),
      );
      assert.equal(together.report.stepsUsed, single[0]!.report.stepsUsed);
    });

    test('pure diffusion and samplers that revise decode nothing ahead', async () => {
      for (const [change, options] of [
        [{ absorb: false }, {}],
        [{}, { sampler: 'mdlm-ancestral', remask: 'conf' }],
      ] as const) {
        assert.deepEqual(
          last(await reportOf({ ...change, draftTokens: 4 }, options)),
          last(await reportOf(change, options)),
        );
      }
    });

    test('only a sampler that may leave positions masked may have a canvas that its steps do not fill', async () => {
      const options = { steps: 4, maxTokens: 32, multiline: 'always' } as const;
      assert.equal((await reportOf({ draftTokens: 4 }, options)).canvasSize, 32);
      assert.equal((await reportOf({ draftTokens: 4 }, { ...options, sampler: 'dream-entropy' })).canvasSize, 8);
    });
  });
}
