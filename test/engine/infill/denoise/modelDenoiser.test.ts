import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSampler } from '../../../../src/engine/diffusion/samplers/createSampler.js';
import { seededRandom } from '../../../../src/engine/diffusion/random.js';
import type { ModelContext, ModelManifestView } from '../../../../src/engine/contract/model.js';
import { Canvas } from '../../../../src/engine/infill/canvas/canvas.js';
import type { Rule, RuledPrediction } from '../../../../src/engine/infill/canvas/rule.js';
import { ModelDenoiser } from '../../../../src/engine/infill/denoise/modelDenoiser.js';

const MASK = 0;
const EOM = 1;
const manifest = { vocabularySize: 100, tokens: { start: 2, mask: MASK, endOfMiddle: EOM } } as ModelManifestView;
const sampler = createSampler('entropy-bound', {
  topP: 1,
  endOfMiddle: EOM,
  entropyBound: 0,
  vocabularySize: 100,
  network: { parameterization: 'clean', graph: 'absorbing' },
  remask: 'none',
});
const context: ModelContext = {
  encodedTokens: 0,
  reusedTokens: 0,
  predict: async () => assert.fail('nothing is predicted here'),
  encoder: {
    append: async () => {},
    verify: async () => [{ position: 0, ids: [7], logProbs: [Math.log(0.15)], entropy: 0 }],
  },
};
const givingUp: Rule = (rows) => rows.map((row) => ({ ...row, ids: [EOM], givesUp: true }));

/** What is committed after token 50, where such a token needs `leastProbability`. */
async function decodedAhead(leastProbability: number, rules: readonly Rule[]): Promise<readonly number[]> {
  const canvas = new Canvas([MASK, MASK, MASK], {
    mask: MASK,
    endOfMiddle: EOM,
    temperature: 0,
    random: seededRandom(0),
  });
  canvas.write([{ position: 0, id: 50, confidence: 1 }], 0);
  const denoiser = new ModelDenoiser(context, {
    ...{ manifest, sampler, appends: true, encoderMix: 1, allowedFirst: undefined, wantEncoder: false, topP: 1, rules },
    decodeAhead: { tokens: 1, speculate: 0, lookUp: 0, leastProbability },
    contextIds: [],
    suffixIds: [],
  });
  const committed: number[] = [];
  const commit = ({ ids }: RuledPrediction): unknown => committed.push(ids[0]!);
  await denoiser.decodeAhead(canvas, commit, { mayVerify: () => true, verified: async () => true });
  return committed;
}

test('an end where no token is likely enough waits for the next pass, however likely the end itself is', async () => {
  assert.deepEqual(await decodedAhead(0.1, []), [7], 'a token of this probability does not');
  assert.deepEqual(await decodedAhead(0.1, [givingUp]), []);
  assert.deepEqual(await decodedAhead(0, [givingUp]), [EOM], 'unless any token may be committed');
});

test('a denoising pass is given a window of a canvas that is all masks, and the draft goes as far', async () => {
  const asked: (readonly number[])[] = [];
  const predicting: ModelContext = {
    ...context,
    predict: async ([query]) => {
      asked.push(query!.canvas);
      return [query!.positions.map((position) => ({ position, ids: [40 + position], logProbs: [-0.1], entropy: 0 }))];
    },
  };
  const denoiserWith = (appends: boolean): ModelDenoiser =>
    new ModelDenoiser(predicting, {
      ...{ manifest, sampler, appends, encoderMix: 1, allowedFirst: undefined, wantEncoder: false, topP: 1, rules: [] },
      ...{ decodeAhead: undefined, contextIds: [], suffixIds: [], window: 2 },
    });
  const canvasOf = (ids: readonly number[]): Canvas =>
    new Canvas(ids, { mask: MASK, endOfMiddle: EOM, temperature: 0, random: seededRandom(0) });

  const canvas = canvasOf([MASK, MASK, MASK, MASK]);
  const denoiser = denoiserWith(true);
  const rows = await denoiser.predict(canvas);
  assert.deepEqual(
    rows.map(({ position }) => position),
    [0, 1],
  );
  assert.deepEqual(
    denoiser.draft(canvas).map(({ ids }) => ids[0]),
    [40],
    'each depends on those before it, so one at a time',
  );
  canvas.write([{ position: 0, id: 40, confidence: 1 }], 0);
  assert.deepEqual(
    denoiser.draft(canvas).map(({ position, ids }) => [position, ids[0]]),
    [[0, 41]],
  );
  canvas.write([{ position: 0, id: 41, confidence: 1 }], 0);
  assert.deepEqual(denoiser.draft(canvas), [], 'nothing was predicted behind the window');

  await denoiserWith(true).predict(canvasOf([MASK, MASK, 7, MASK]));
  await denoiserWith(false).predict(canvasOf([MASK, MASK, MASK]));
  assert.deepEqual(
    asked.map(({ length }) => length),
    [2, 4, 3],
    'all of the canvas where something is kept on it, or where nothing leaves it',
  );
});
