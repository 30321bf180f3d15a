import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadModel, type LoadedModel } from '../../../src/engine/network/loadModel.js';
import { TINY_WITH_ENCODER } from '../fixtures.js';
import type { InfillModel, Prediction } from '../../../src/engine/contract/model.js';
import { Comparisons, END, MASK, masked, TOLERANCE } from './predictions.js';

const PREFIX = Array.from({ length: 21 }, (_, i) => 40 + 7 * i);
const SUFFIX = [300, 17, 250, 99];
/** What is appended in turn. */
const APPENDED: readonly (readonly number[])[] = [[220, 221, 222], [], [223], [224, 225]];

for (const { name, kind, precision, folder } of TINY_WITH_ENCODER) {
  describe(`canvases, ${name}`, () => {
    let loaded: LoadedModel;
    let model: InfillModel;
    const comparisons = new Comparisons(TOLERANCE[precision]);
    before(async () => {
      loaded = await loadModel(folder, { device: 'cpu', threads: 1 });
      model = loaded.model;
    });

    after(async () => {
      await model.dispose();
      comparisons.check(20);
    });

    const seesSuffix = kind === 'one-network' && 'what is appended sees the suffix, which a prefix does not';

    it('answer as in a fresh context with the appended tokens in the prefix', { skip: seesSuffix }, async () => {
      const context = await model.openContext(PREFIX, SUFFIX);
      const done: number[] = [];
      const answers: (readonly Prediction[])[] = [(await context.predict([masked(12)], 0.5))[0]!];
      for (const tokens of APPENDED) {
        await context.encoder!.append(tokens);
        done.push(...tokens);
        answers.push((await context.predict([masked(12 - done.length)], 0.5))[0]!);
      }
      done.length = 0;
      for (const [step, answer] of answers.entries()) {
        done.push(...(APPENDED[step - 1] ?? []));
        const fresh = await model.openContext([...PREFIX, ...done], SUFFIX);
        const [expected] = await fresh.predict([masked(12 - done.length)], 0.5);
        comparisons.add(answer, expected!, `step ${step} from scratch`);
      }
    });

    it('answer as in a fresh context with all tokens appended at once', async () => {
      const done: number[] = [];
      for (const tokens of APPENDED) {
        done.push(...tokens);
        const context = await model.openContext(PREFIX, SUFFIX);
        for (let at = 0; at < done.length; at += 2) {
          await context.encoder!.append(done.slice(at, at + 2));
          await context.predict([masked(5)], 0.5);
        }
        const [answer] = await context.predict([masked(9)], 0.5);
        const fresh = await model.openContext(PREFIX, SUFFIX);
        await fresh.encoder!.append(done);
        const [expected] = await fresh.predict([masked(9)], 0.5);
        comparisons.add(answer!, expected!, `${done.length} tokens at once`);
      }
    });

    it('several after appended tokens answer each as it would alone', async () => {
      const context = await model.openContext(PREFIX, SUFFIX);
      await context.encoder!.append([220, 221]);
      const together = await context.predict([masked(3), masked(9), masked(1)], 0.5);
      for (const [b, size] of [3, 9, 1].entries()) {
        const [alone] = await context.predict([masked(size)], 0.5);
        comparisons.add(together[b]!, alone!, `canvas of ${size}`);
      }
    });

    it('skip those that ask nothing', async () => {
      const context = await model.openContext(PREFIX, SUFFIX);
      const silent = { canvas: [], positions: [] };
      const [first, second, third] = await context.predict([silent, masked(4), silent], 0.5);
      const alone = await model.openContext(PREFIX, SUFFIX);
      assert.deepEqual([first, third], [[], []]);
      comparisons.add(second!, (await alone.predict([masked(4)], 0.5))[0]!, 'the only asking canvas');
    });

    it('may differ in canvas, positions and restrictions', async () => {
      const queries = [
        { canvas: [MASK, 60, MASK, END], positions: [0, 2], allowedFirst: [70, 71, END] },
        { canvas: [61, MASK], positions: [1] },
        { canvas: [MASK, MASK, MASK], positions: [0], allowedFirst: [72], wantEncoder: true },
      ];
      const context = await model.openContext(PREFIX, SUFFIX);
      const together = await context.predict(queries, 0.3);
      for (const [b, query] of queries.entries()) {
        const alone = await model.openContext(PREFIX, SUFFIX);
        comparisons.add(together[b]!, (await alone.predict([query], 0.3))[0]!, `canvas ${b}`);
      }
      assert.deepEqual([...together[0]![0]!.ids].sort(), [13, 70, 71], 'restricted, <eom> among the allowed');
      assert.deepEqual(together[2]![0]!.ids, [72]);
      assert.ok(Math.abs(together[2]![0]!.logProbs[0]!) < 1e-6 && together[2]![0]!.entropy < 1e-6);
      assert.equal(together[2]![0]!.encoder!.ids.length, 16);
    });

    it('of which there are eight long ones need several passes of the head, and mix all the same', async () => {
      const context = await model.openContext(PREFIX, SUFFIX);
      const all = await context.predict(Array<ReturnType<typeof masked>>(8).fill(masked(32)), 0.5);
      for (const one of all) comparisons.add(one, all[0]!, 'equal canvases');
      const alone = await model.openContext(PREFIX, SUFFIX);
      comparisons.add(all[7]!, (await alone.predict([masked(32)], 0.5))[0]!, 'the last canvas');
    });

    it('never predict the mask, and give a distribution', async () => {
      const context = await model.openContext(PREFIX, SUFFIX);
      const [rows] = await context.predict([masked(32)], 0.5);
      for (const { ids, logProbs, entropy } of rows!) {
        assert.ok(!ids.includes(MASK));
        assert.equal(new Set(ids).size, 16);
        const listed = logProbs.reduce((sum, logProb) => sum + Math.exp(logProb), 0);
        assert.ok(listed > 0 && listed <= 1 + 1e-6);
        assert.ok(entropy >= 0 && entropy <= Math.log(512));
      }
    });
  });
}

describe('a context', () => {
  it('refuses what does not fit', async () => {
    const { model } = await loadModel('test/fixtures/tiny/int8', { device: 'cpu', threads: 1 });
    await assert.rejects(model.openContext(Array<number>(65).fill(20), []), { code: 'invalid-request' });
    await assert.rejects(model.openContext([], Array<number>(33).fill(20)), { code: 'invalid-request' });
    const context = await model.openContext([20], [21]);
    await assert.rejects(context.predict([masked(33)], 0), { code: 'invalid-request' });
    assert.deepEqual(await context.predict([], 0), []);
    await assert.rejects(context.predict([{ canvas: [MASK], positions: [1] }], 0), RangeError);
    await assert.rejects(context.predict([{ canvas: [512, MASK], positions: [1] }], 0), RangeError);
    const next = await model.openContext([20], [22]);
    await assert.rejects(context.predict([masked(1)], 0), /closed/);
    assert.equal((await next.predict([masked(1)], 0))[0]!.length, 1);
    await model.dispose();
  });
});
