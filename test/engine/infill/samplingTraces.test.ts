import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createSampler } from '../../../src/engine/diffusion/samplers/createSampler.js';
import { allOf, closeAtEnd, restorePinned } from '../../../src/engine/diffusion/projection.js';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import type { Commit } from '../../../src/engine/diffusion/sampler.js';
import { denoise } from '../../../src/engine/infill/denoise/denoiseLoop.js';
import { Canvas } from '../../../src/engine/infill/canvas/canvas.js';
import { ModelDenoiser } from '../../../src/engine/infill/denoise/modelDenoiser.js';
import type { LoadedModel } from '../../../src/engine/network/loadModel.js';
import type { InfillModel } from '../../../src/engine/contract/model.js';
import { parityFixture } from '../fixtures.js';
import { inexact, loadTiny, TINY_MODELS } from '../tinyModels.js';

interface Trace {
  readonly model: string;
  readonly prefix: readonly number[];
  readonly suffix: readonly number[];
  readonly canvas: readonly number[];
  readonly allowedFirst?: readonly number[];
  readonly options: {
    readonly steps: number;
    readonly entropyBound: number;
    readonly absorb: boolean;
    readonly encoderMix: number;
    readonly temperature: number;
    readonly topP: number;
    readonly seed: number;
  };
  readonly steps: readonly { readonly commits: readonly Commit[]; readonly canvas: readonly number[] }[];
}

/** A value next to a rounding boundary may fall on either side of it, which moves a whole row (training/README.md). */
const TOLERANCE = { fp32: 1e-4, int8: 0.15 } as const;
const models = new Map<string, LoadedModel>();
for (const name of Object.keys(TINY_MODELS)) models.set(name, await loadTiny(name));
after(async () => {
  for (const { model } of models.values()) await model.dispose();
});

/** The training code's sampler wrote down what it did; the engine's loop does the same with the ONNX graphs, step for step. */
for (const [i, trace] of (parityFixture('sampling') as { readonly traces: readonly Trace[] }).traces.entries()) {
  const { steps, absorb, encoderMix, temperature } = trace.options;
  const pins = trace.canvas.some((id) => id !== 16) ? ', pinned tokens' : '';
  const heals = trace.allowedFirst ? ', healed' : '';
  const about = `${steps} steps, ${absorb ? 'absorbing' : 'pure'}, mix ${encoderMix}, temperature ${temperature}${pins}${heals}`;
  for (const [name, { precision, weightSign }] of Object.entries(TINY_MODELS)) {
    if (trace.model !== `tiny/${precision}`) continue;
    test(`${i}: ${name}, ${about}`, { skip: inexact(weightSign) }, async () => {
      const done = await replay(models.get(name)!.model, trace);
      assert.equal(done.length, trace.steps.length);
      for (const [step, expected] of trace.steps.entries()) {
        const actual = done[step]!;
        assert.deepEqual(actual.canvas, expected.canvas, `canvas after step ${step}`);
        assert.deepEqual(actual.commits.map(namesOf), expected.commits.map(namesOf), `commits of step ${step}`);
        for (const [j, { confidence }] of expected.commits.entries()) {
          const error = Math.abs(actual.commits[j]!.confidence - confidence);
          assert.ok(error <= TOLERANCE[precision], `confidence is off by ${error}`);
        }
      }
    });
  }
}

const namesOf = ({ position, id }: Commit): string => `${position}: ${id}`;

async function replay(
  loaded: InfillModel,
  { prefix, suffix, canvas, allowedFirst, options }: Trace,
): Promise<Trace['steps']> {
  const { mask, endOfMiddle } = loaded.manifest.tokens;
  const { temperature, seed, absorb, encoderMix } = options;
  const running = new Canvas(canvas, { mask, endOfMiddle, temperature, random: seededRandom(seed) });
  const pinned = new Map(Array.from(canvas.entries()).filter(([, id]) => id !== mask));
  const sampler = createSampler('entropy-bound', {
    ...options,
    endOfMiddle,
    vocabularySize: loaded.manifest.vocabularySize,
    network: { parameterization: 'clean', graph: 'absorbing' },
  });
  const done: { commits: Commit[]; canvas: number[] }[] = [];
  await denoise(running, {
    denoiser: new ModelDenoiser(await loaded.openContext(prefix, suffix), {
      manifest: loaded.manifest,
      sampler,
      appends: absorb,
      decodeAhead: undefined,
      encoderMix,
      allowedFirst,
      wantEncoder: false,
      topP: options.topP,
      rules: [],
      contextIds: prefix,
      suffixIds: suffix,
    }),
    sampler,
    project: allOf(closeAtEnd(endOfMiddle), restorePinned(pinned)),
    steps: options.steps,
    afterStep: async (step) => {
      done.push({ commits: running.committedIn(step.index), canvas: running.wholeCanvas() });
      return true;
    },
  });
  return done;
}
