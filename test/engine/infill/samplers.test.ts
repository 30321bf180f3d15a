import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { denoiseSelection } from '../../../src/engine/infill/denoiseSelection.js';
import type { Pipeline } from '../../../src/engine/infill/run/pipeline.js';
import { infill } from '../../../src/engine/infill/infill.js';
import type { InfillModel, CanvasQuery, ModelContext, Prediction } from '../../../src/engine/contract/model.js';
import { InfillError } from '../../../src/shared/infillError.js';
import { type InfillOptions, SAMPLERS } from '../../../src/shared/infillOptions.js';
import type { InfillOutcome } from '../../../src/shared/outcome.js';
import type { Tokenizer } from '../../../src/engine/tokenizer/tokenizerContract.js';
import { contextOf, OPTIONS, requestOf } from './requests.js';
import { TINY_WITH_ENCODER } from '../fixtures.js';
import { tinyPipeline } from './tinyPipeline.js';

const HOLE = 'const total = items.|reduce(add);\n';
let pipeline: Pipeline;
before(async () => (pipeline = await tinyPipeline()));
after(async () => pipeline.model.dispose());

function fill(options: Partial<InfillOptions>, change: Partial<Pipeline> = {}): Promise<InfillOutcome> {
  return infill(requestOf(HOLE, options), { ...pipeline, ...change });
}

/** The canvas after the last step: its texts, null where it is masked. */
function lastCanvas({ report }: InfillOutcome): readonly (string | null)[] {
  return report.trace!.at(-1)!.draft;
}

const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof InfillError && error.code === 'invalid-request' && message.test(error.message);

for (const { name, folder } of TINY_WITH_ENCODER.filter(({ precision }) => precision === 'fp32')) {
  describe(`every sampler fills a hole with the model, ${name}`, () => {
    let usual: Pipeline;
    before(async () => {
      usual = pipeline;
      pipeline = await tinyPipeline({}, folder);
    });
    after(async () => {
      await pipeline.model.dispose();
      pipeline = usual;
    });
    const specs = [...SAMPLERS.map((sampler) => ({ sampler })), { sampler: 'mdlm-ancestral', remask: 'conf' }];
    for (const spec of specs) {
      test(`${spec.sampler}${'remask' in spec ? ' with remasking' : ''}`, async () => {
        for (const temperature of [0, 0.9]) {
          for (const candidates of [1, 2]) {
            const outcome = await fill({ ...spec, temperature, candidates, steps: 4, topP: 0.95 });
            assert.ok(!lastCanvas(outcome).includes(null), 'nothing is masked in the end');
            const { stepsUsed } = outcome.report;
            const passes = outcome.report.passes.denoise.count;
            // Steps are those of the first candidate, passes those of all.
            const most = candidates === 1 ? stepsUsed : Infinity;
            assert.ok(passes >= candidates && passes <= most, `${passes} passes in ${stepsUsed} steps`);
            const again = await fill({ ...spec, temperature, candidates, steps: 4, topP: 0.95 });
            assert.deepEqual(lastCanvas(again), lastCanvas(outcome), 'the same seed, the same text');
          }
        }
      });

      test(`${spec.sampler}${'remask' in spec ? ' with remasking' : ''}: what is pinned in a selection stays`, async () => {
        const selection = 'let first = 1;\nlet second = 2;\n';
        const start = selection.indexOf('second');
        const options = { ...OPTIONS, ...spec, temperature: 0.9, steps: 5 };
        const pinned = [{ start, end: start + 'second = 2;'.length }];
        const request = { context: contextOf('start();\n', 'end();\n'), selection, pinned, strength: 1, options };
        const outcome = await denoiseSelection(request, pipeline);
        assert.ok(outcome.kind === 'denoised' && outcome.text.includes('second = 2;'));
      });
    }
  });
}

describe('a sampler', () => {
  test('the model recommends one where a request names none', async () => {
    const recommended = { ...pipeline.recommended, sampler: 'mdlm-ancestral', remask: 'cap:eta=0.5' };
    const traceOf = async (...args: Parameters<typeof fill>): Promise<unknown> =>
      (await fill(...args)).report.trace!.map(({ canvas }) => canvas);
    const named = await traceOf({ sampler: 'mdlm-ancestral', remask: 'cap:eta=0.5', steps: 9 });
    assert.deepEqual(await traceOf({ steps: 9 }, { recommended }), named);
    const plain = await traceOf({ sampler: 'mdlm-ancestral', steps: 9 });
    assert.notDeepEqual(plain, named);
    assert.deepEqual(
      await traceOf({ sampler: 'mdlm-ancestral', steps: 9 }, { recommended }),
      plain,
      'its remasking is not for others',
    );
  });

  test('the first candidate is the same however many are asked for', async () => {
    const first = async (candidates: number): Promise<unknown> => {
      const outcome = await fill({ sampler: 'mdlm-ancestral', length: 'fixed', temperature: 0, steps: 7, candidates });
      assert.ok(outcome.kind === 'infill');
      return outcome.candidates[0];
    };
    assert.deepEqual(await first(2), await first(1));
  });

  test('a step that changed nothing needs no pass', async () => {
    const { report } = await fill({ sampler: 'mdlm-ancestral', steps: 40, maxTokens: 6 });
    const { count } = report.passes.denoise;
    assert.ok(count < report.stepsUsed, `${count} passes in ${report.stepsUsed} steps`);
    const changes = report.trace!.filter(({ commits }) => commits.length > 0).length;
    assert.ok(count <= changes + 1);
  });

  test('an unsuitable one is refused with the reason', async () => {
    await assert.rejects(fill({ sampler: 'euler' }), refusal(/"euler"/));
    await assert.rejects(fill({ sampler: 'p2', remask: 'cap' }), refusal(/does not go with/));
  });
});

describe('length', () => {
  test('fixed: as many tokens as asked for, none of them an end', async () => {
    for (const sampler of ['entropy-bound', 'mdlm-ancestral', 'p2']) {
      const outcome = await fill({ sampler, length: 'fixed', maxTokens: 7, multiline: 'never' });
      const canvas = lastCanvas(outcome);
      assert.equal(canvas.length, 7);
      assert.ok(
        canvas.every((text) => text !== null && text !== '' && !text.includes('\n')),
        JSON.stringify(canvas),
      );
      assert.equal(outcome.report.canvasSize, 7);
    }
  });

  test('cal: one call for many lengths, then a canvas of the best', async () => {
    const counts: number[] = [];
    const counted = (context: ModelContext): ModelContext => ({
      encodedTokens: context.encodedTokens,
      reusedTokens: context.reusedTokens,
      predict: async (queries, encoderMix) => {
        counts.push(queries.length);
        return context.predict(queries, encoderMix);
      },
      ...(context.encoder ? { encoder: context.encoder } : {}),
    });
    const model: InfillModel = {
      manifest: pipeline.model.manifest,
      openContext: async (prefix, suffix) => counted(await pipeline.model.openContext(prefix, suffix)),
      dispose: async () => {},
    };
    const outcome = await fill({ length: 'cal:from=6,patience=2', maxTokens: 20, steps: 20 }, { model });
    assert.ok(counts[0]! > 8, `${counts[0]} lengths in the first call`);
    assert.equal(counts.at(-1), 1, 'then the canvas itself');
    const canvas = lastCanvas(outcome);
    assert.ok(canvas.length >= 1 && canvas.length <= 20 && !canvas.includes(''), JSON.stringify(canvas));
    assert.ok(outcome.report.passes.length.count >= 1);
  });

  test('expand: refused where the model has no token for it; unknown ones are named', async () => {
    await assert.rejects(fill({ length: 'expand' }), refusal(/no token with which it could make a canvas longer/));
    await assert.rejects(fill({ length: 'long' }), refusal(/no length "long"/));
    await assert.rejects(fill({ length: 'cal:reach=3' }), refusal(/"cal" has no parameter "reach"/));
    const uniform = { ...pipeline.model, manifest: { ...pipeline.model.manifest, graph: 'uniform' as const } };
    await assert.rejects(fill({ length: 'cal' }, { model: uniform }), refusal(/needs masks/));
  });
});

/** Says what `saying` says of a canvas and a position, for certain. */
class Parrot implements InfillModel {
  readonly seen: (readonly number[])[] = [];
  readonly mixes = new Set<number>();
  readonly askedOfEncoder: CanvasQuery[] = [];

  constructor(
    readonly manifest: InfillModel['manifest'],
    private readonly saying: (canvas: readonly number[], position: number) => readonly number[],
  ) {}

  async openContext(): Promise<ModelContext> {
    return {
      encodedTokens: 0,
      reusedTokens: 0,
      predict: async (queries, encoderMix) => {
        this.mixes.add(encoderMix);
        this.askedOfEncoder.push(...queries.filter(({ wantEncoder }) => wantEncoder));
        return queries.map((query) => this.answer(query));
      },
    };
  }

  private answer({ canvas, positions }: CanvasQuery): Prediction[] {
    this.seen.push([...canvas]);
    return positions.map((position) => {
      const ids = this.saying(canvas, position);
      const logProbs = ids.map((_, i) => Math.log(i === 0 ? 0.9 : 0.1 / (ids.length - 1)));
      return { position, ids, logProbs, entropy: position };
    });
  }

  async dispose(): Promise<void> {
    // nothing to release
  }
}

/** The tokenizer in which some tokens stand for no text, as a model's tokens for the length do. */
function withControlTokens(tokenizer: Tokenizer, ids: readonly number[]): Tokenizer {
  return {
    vocabularySize: tokenizer.vocabularySize,
    encode: (text) => tokenizer.encode(text),
    bytesOf: (id) => (ids.includes(id) ? new Uint8Array() : tokenizer.bytesOf(id)),
    decode: (all) => tokenizer.decode(all.filter((id) => !ids.includes(id))),
    idsStartingWith: (bytes) => tokenizer.idsStartingWith(bytes).filter((id) => !ids.includes(id)),
  };
}

describe('a model with tokens for longer and shorter', () => {
  test('grows and shrinks the canvas while it fills it, and the text is what is left', async () => {
    const { manifest } = pipeline.model;
    const idOf = (text: string): number => pipeline.tokenizer.encode(text)[0]!;
    const [a, b, longer, shorter] = [idOf('a'), idOf('b'), 300, 301];
    const tokens = { ...manifest.tokens, expand: longer, delete: shorter };
    // Once longer at position 0; then `a`, and at the last position it says there is one too many.
    const model = new Parrot({ ...manifest, tokens }, (canvas, position) => {
      if (canvas.length === 3 && position === 0 && canvas[2] === tokens.mask) return [longer, a];
      return position === 3 && canvas.length === 4 ? [shorter, b] : [a, b];
    });
    const recommended = { ...pipeline.recommended, absorb: false, encoderMix: 0, stopEvidence: 0, stopBelow: 0 };
    const outcome = await infill(
      requestOf('x = |\n', { sampler: 'dream-entropy', length: 'expand:from=3', steps: 12, maxTokens: 8 }),
      { ...pipeline, tokenizer: withControlTokens(pipeline.tokenizer, [longer, shorter]), model, recommended },
    );
    assert.deepEqual(
      model.seen.map((canvas) => canvas.length),
      [3, 4, 4, 4, 4],
    );
    assert.equal(lastCanvas(outcome).length, 3);
    // The first of the three is in the place of the blank that was healed.
    assert.equal(outcome.kind === 'infill' ? outcome.candidates[0]!.text : outcome.detail, 'aa');
  });

  test('without "expand" these tokens are ruled out', async () => {
    const { manifest } = pipeline.model;
    const a = pipeline.tokenizer.encode('a')[0]!;
    const tokens = { ...manifest.tokens, expand: 300, delete: 301 };
    const model = new Parrot({ ...manifest, tokens }, () => [300, 301, a]);
    const recommended = { ...pipeline.recommended, absorb: false, encoderMix: 0, stopEvidence: 0, stopBelow: 0 };
    const outcome = await infill(
      requestOf('x = |\n', { sampler: 'dream-entropy', length: 'fixed', steps: 4, maxTokens: 4 }),
      { ...pipeline, model, recommended },
    );
    assert.deepEqual(lastCanvas(outcome), ['a', 'a', 'a', 'a']);
  });
});

test('nothing is asked of an encoder that a model does not have, whatever is recommended', async () => {
  const a = pipeline.tokenizer.encode('a')[0]!;
  const model = new Parrot(pipeline.model.manifest, () => [a]);
  const recommended = {
    ...pipeline.recommended,
    ...{ absorb: true, encoderMix: 0.5, stopEvidence: 0.8, rankEnds: true, draftTokens: 4, stopBelow: 0 },
  };
  const outcome = await infill(requestOf('x = |\n', { length: 'fixed', steps: 4, maxTokens: 4 }), {
    ...pipeline,
    model,
    recommended,
  });
  assert.deepEqual(lastCanvas(outcome), ['a', 'a', 'a', 'a']);
  assert.deepEqual([...model.mixes], [0]);
  assert.deepEqual(model.askedOfEncoder, []);
});
