import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InfillModel, ModelManifestView } from '../../../../src/engine/contract/model.js';
import { PassCosts } from '../../../../src/engine/infill/run/passCosts.js';
import { PassMeter } from '../../../../src/engine/infill/run/passMeter.js';
import type { Passes } from '../../../../src/shared/outcome.js';

const manifest = { name: 'tiny' } as ModelManifestView;
const encoder = {
  scoreTokens: async () => new Float64Array(),
  readTokens: async () => [],
  scoreContinuations: async () => [],
};
/** Of the contexts that are opened, only the first has something to read. */
function model(): InfillModel {
  let unread = 5;
  return {
    manifest,
    openContext: async () => {
      const encodedTokens = unread;
      unread = 0;
      return {
        encodedTokens,
        reusedTokens: 2,
        predict: async (canvases) => canvases.map(() => []),
        encoder: { append: async () => {}, verify: async () => [] },
      };
    },
    encoder,
    dispose: async () => {},
  };
}
const counts = (passes: Passes): unknown =>
  Object.fromEntries(Object.entries(passes).map(([k, { count }]) => [k, count]));

test('passes are counted by what the model is asked', async () => {
  const meter = new PassMeter(new PassCosts());
  const measured = meter.measured(model());
  assert.deepEqual(counts(meter.passes), { context: 0, denoise: 0, verify: 0, rank: 0, length: 0 });
  const context = await measured.openContext([1], []);
  await measured.openContext([1], []);
  assert.deepEqual([context.encodedTokens, context.reusedTokens, measured.manifest], [5, 2, manifest]);
  const canvas = { canvas: [0], positions: [0] };
  await context.predict([canvas], 0);
  await context.predict([canvas, canvas], 0);
  await context.encoder!.append([1]);
  for (let i = 0; i < 3; i++) await context.encoder!.verify([1], [], { encoderMix: 1, wantEncoder: false });
  await measured.encoder!.scoreTokens([], []);
  await measured.encoder!.readTokens([], []);
  await measured.encoder!.scoreContinuations([], [], []);
  assert.deepEqual(counts(meter.passes), { context: 2, denoise: 1, verify: 3, rank: 3, length: 1 });
});

test('a model without an encoder has none when it is measured either', async () => {
  const { encoder: _, ...alone } = model();
  assert.equal(new PassMeter(new PassCosts()).measured(alone).encoder, undefined);
});

test('costs are learned of every kind but rank, of which a run makes several', async () => {
  const costs = new PassCosts();
  const measured = new PassMeter(costs).measured(model());
  const context = await measured.openContext([1], []);
  await context.predict([{ canvas: [0], positions: [0] }], 0);
  await measured.encoder!.readTokens([], []);
  assert.ok(costs.of('denoise') > 0 && costs.of('context') > 0);
  assert.equal(costs.of('rank'), 0);
});
