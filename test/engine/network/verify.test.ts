import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadModel, type LoadedModel } from '../../../src/engine/network/loadModel.js';
import { TINY_WITH_ENCODER } from '../fixtures.js';
import type { InfillModel, ModelContext, Prediction } from '../../../src/engine/contract/model.js';
import { Comparisons, END, masked, TOLERANCE } from './predictions.js';

const PREFIX = Array.from({ length: 21 }, (_, i) => 40 + 7 * i);
const SUFFIX = [300, 17, 250, 99];
const TOKENS = [210, 211];
const PROPOSALS = [220, 221, 222];

for (const { name, kind, precision, folder } of TINY_WITH_ENCODER) {
  describe(`verifying, ${name}`, () => {
    let loaded: LoadedModel;
    let model: InfillModel;
    const comparisons = new Comparisons(TOLERANCE[precision]);
    before(async () => {
      loaded = await loadModel(folder, { device: 'cpu', threads: 1 });
      model = loaded.model;
    });

    after(async () => {
      await model.dispose();
      comparisons.check(5);
    });

    const open = (): Promise<ModelContext> => model.openContext(PREFIX, SUFFIX);

    it('without the encoder answers what the last prediction said of those positions', async () => {
      const context = await open();
      const [predicted] = await context.predict([masked(8)], 0);
      const ahead = await context.encoder!.verify(TOKENS, PROPOSALS, { encoderMix: 0, wantEncoder: false });
      assert.equal(ahead.length, PROPOSALS.length + 1);
      for (const [i, row] of ahead.entries()) {
        const expected = { ...predicted![TOKENS.length + i]!, position: 0 };
        comparisons.add([row], [expected], `position ${i}`);
      }
    });

    const seesSuffix = kind === 'one-network';
    const skip = seesSuffix && 'what is appended sees the suffix, which a prefix does not';

    it('the encoder has read the proposals before', { skip }, async () => {
      const context = await open();
      await context.predict([masked(8)], 0.5);
      const ahead = await context.encoder!.verify(TOKENS, PROPOSALS, { encoderMix: 0.5, wantEncoder: true });
      const readings = await model.encoder!.readTokens([...PREFIX, ...TOKENS], PROPOSALS);
      ahead.forEach(({ encoder }, i) => {
        const row = ({ ids, logProbs }: NonNullable<Prediction['encoder']>): Prediction[] => [
          { position: 0, ids, logProbs, entropy: 0 },
        ];
        comparisons.add(row(encoder!), row(readings[i]!), `after ${i} proposals`);
      });
    });

    it('mixes them as a pass would: with a denoiser that sees the same', async () => {
      const context = await open();
      const [predicted] = await context.predict([masked(5)], 0.5);
      const [again] = await context.encoder!.verify([], [], { encoderMix: 0.5, wantEncoder: false });
      comparisons.add([again!], [predicted![0]!], 'nothing appended');
    });

    it('leaves nothing of the proposals behind', async () => {
      const context = await open();
      await context.predict([masked(8)], 0.5);
      await context.encoder!.verify(TOKENS, PROPOSALS, { encoderMix: 0.5, wantEncoder: false });
      await context.encoder!.append([PROPOSALS[0]!, 230]);
      const [answer] = await context.predict([masked(4)], 0.5);
      const appended = [...TOKENS, PROPOSALS[0]!, 230];
      const fresh = await model.openContext(seesSuffix ? PREFIX : [...PREFIX, ...appended], SUFFIX);
      if (seesSuffix) await fresh.encoder!.append(appended);
      comparisons.add(answer!, (await fresh.predict([masked(4)], 0.5))[0]!, 'a wrong proposal');
    });

    it('answers as far as it was asked: not beyond the canvas, nor where a position was settled', async () => {
      const context = await open();
      await context.predict([{ canvas: [16, 16, 16, END], positions: [0, 1, 2] }], 0.5);
      const ask = { encoderMix: 0.5, wantEncoder: false };
      assert.equal((await context.encoder!.verify([210], PROPOSALS, ask)).length, 2);
      assert.equal((await context.encoder!.verify([PROPOSALS[0]!, PROPOSALS[1]!], PROPOSALS, ask)).length, 0);
    });

    it('needs no canvas where nothing of it is mixed in', { skip: !seesSuffix }, async () => {
      const ask = { encoderMix: 1, wantEncoder: true };
      const context = await open();
      const unasked = await context.encoder!.verify(TOKENS, PROPOSALS, ask);
      const other = await open();
      await other.predict([masked(2)], 1);
      const asked = await other.encoder!.verify(TOKENS, PROPOSALS, ask);
      assert.equal(unasked.length, PROPOSALS.length + 1);
      comparisons.add(asked, unasked, 'after a short canvas');
      for (const { ids, logProbs, encoder } of unasked) assert.deepEqual({ ids, logProbs }, encoder);
    });

    it('has nothing to say where the last prediction was of several canvases', async () => {
      const context = await open();
      await context.predict([masked(8), masked(4)], 0.5);
      assert.deepEqual(await context.encoder!.verify([1], [2], { encoderMix: 0.5, wantEncoder: false }), []);
    });
  });
}
