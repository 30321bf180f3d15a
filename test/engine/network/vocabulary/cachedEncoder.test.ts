import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadModel } from '../../../../src/engine/network/loadModel.js';
import { TINY_WITH_ENCODER } from '../../fixtures.js';
import type { InfillModel } from '../../../../src/engine/contract/model.js';

const PREFIX = Array.from({ length: 21 }, (_, i) => 40 + 7 * i);
const IDS = [210, 211, 212, 213];
const CONTINUATIONS = [
  { after: 4, ids: [300, 301, 302] },
  { after: 0, ids: [303] },
  { after: 2, ids: [304, 305, 306, 307, 308] },
  { after: 3, ids: [] },
  { after: 1, ids: [211, 212] },
];

for (const { name, precision, folder } of TINY_WITH_ENCODER) {
  describe(`continuations, ${name}`, () => {
    let model: InfillModel;
    before(async () => {
      ({ model } = await loadModel(folder, { device: 'cpu', threads: 1 }));
    });
    after(() => model.dispose());

    it('score as each does alone', async () => {
      await model.encoder!.readTokens(PREFIX, IDS);
      const together = await model.encoder!.scoreContinuations(PREFIX, IDS, CONTINUATIONS);
      assert.deepEqual(
        together.map(({ length }) => length),
        CONTINUATIONS.map(({ ids }) => ids.length),
      );
      const differences = [];
      for (const [b, continuation] of CONTINUATIONS.entries()) {
        const alone = await model.encoder!.scoreTokens(
          [...PREFIX, ...IDS.slice(0, continuation.after)],
          continuation.ids,
        );
        differences.push(...alone.map((score, i) => Math.abs(score - together[b]![i]!)));
      }
      // In int8 a value next to a rounding boundary may move an answer, see predictions.ts.
      const close = differences.filter((difference) => difference < 1e-4).length;
      assert.ok(close >= differences.length * (precision === 'fp32' ? 1 : 0.8), differences.join());
      assert.ok(Math.max(...differences) < 1);
    });

    it('score as each does alone, however many there are', async () => {
      const many = Array.from({ length: 30 }, (_, n) => ({
        after: n % 5,
        ids: Array.from({ length: 1 + ((n * 7) % 20) }, (__, i) => 300 + n + i),
      }));
      const together = await model.encoder!.scoreContinuations(PREFIX, IDS, many);
      const differences = [];
      for (const [b, { after: visible, ids }] of many.entries()) {
        const [alone] = await model.encoder!.scoreContinuations(PREFIX, IDS, [{ after: visible, ids }]);
        assert.equal(together[b]!.length, ids.length);
        differences.push(...Array.from(alone!, (score, i) => Math.abs(score - together[b]![i]!)));
      }
      const close = differences.filter((difference) => difference < 1e-4).length;
      assert.ok(close >= differences.length * (precision === 'fp32' ? 1 : 0.8), `${close} of ${differences.length}`);
      assert.ok(Math.max(...differences) < 1);
    });

    it('leave the prefix as it was', async () => {
      const before = await model.encoder!.scoreTokens(PREFIX, IDS);
      await model.encoder!.scoreContinuations(PREFIX, IDS, CONTINUATIONS);
      assert.deepEqual(await model.encoder!.scoreTokens(PREFIX, IDS), before);
    });

    it('of nothing are nothing; too long ones are refused', async () => {
      assert.deepEqual(await model.encoder!.scoreContinuations(PREFIX, IDS, []), []);
      const long = Array<number>(2000).fill(50);
      await assert.rejects(
        model.encoder!.scoreContinuations(PREFIX, IDS, [{ after: 0, ids: long }]),
        /tokens are to be scored/,
      );
    });
  });
}
