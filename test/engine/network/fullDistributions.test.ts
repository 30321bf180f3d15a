import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadModel, type LoadedModel } from '../../../src/engine/network/loadModel.js';
import type { CanvasQuery, Prediction } from '../../../src/engine/contract/model.js';
import { parityFixture, TINY_WITH_ENCODER } from '../fixtures.js';
import { loadTiny } from '../tinyModels.js';
import { END, MASK, masked } from './predictions.js';

interface Fixture {
  readonly contexts: readonly {
    readonly name: string;
    readonly prefix: readonly number[];
    readonly suffix: readonly number[];
    /** Full distributions of the denoiser, without the encoder's opinion; null = ruled out. */
    readonly denoiserLogProbs: readonly {
      readonly position: number;
      readonly canvas: readonly number[];
      readonly logProbs: readonly (number | null)[];
    }[];
  }[];
}

for (const { name, folder } of TINY_WITH_ENCODER) {
  describe(`full distributions, ${name}`, () => {
    let loaded: LoadedModel;
    before(async () => (loaded = await loadModel(folder, { device: 'cpu', threads: 1 })));
    after(async () => loaded.model.dispose());

    const ask = async (
      query: CanvasQuery,
      mix: number,
      prefix: readonly number[] = [40, 41, 42],
    ): Promise<Prediction[]> => {
      const context = await loaded.model.openContext(prefix, [50, 51]);
      return [...(await context.predict([query], mix))[0]!];
    };

    test('they agree with the short list, sum up to one, and have no mask', async () => {
      const allowedFirst = [60, 61, 70, END];
      for (const query of [masked(5), { ...masked(3), allowedFirst }, { ...masked(3), allowedFirst: [99] }]) {
        for (const mix of [0, 0.5]) {
          for (const row of await ask({ ...query, wantDistribution: true }, mix)) {
            const whole = row.distribution!;
            assert.equal(whole.length, 512);
            assert.equal(whole[MASK], -Infinity);
            row.ids.forEach((id, i) => assert.ok(Math.abs(whole[id]! - row.logProbs[i]!) < 1e-5, `id ${id}`));
            const probabilities = Array.from(whole, Math.exp);
            const total = probabilities.reduce((sum, p) => sum + p, 0);
            assert.ok(Math.abs(total - 1) < 1e-5, `the sum is ${total}`);
            const entropy = whole.reduce((sum, log) => sum - (log > -Infinity ? Math.exp(log) * log : 0), 0);
            assert.ok(Math.abs(entropy - row.entropy) < 1e-4);
            if (row.position === 0 && 'allowedFirst' in query) {
              const possible = probabilities.flatMap((p, id) => (p > 0 ? [id] : []));
              assert.ok(
                possible.every((id) => allowedFirst.includes(id) || id === 99),
                possible.join(),
              );
            }
          }
        }
      }
    });

    test('they are given to who asks only', async () => {
      for (const row of await ask(masked(4), 0.5)) assert.equal(row.distribution, undefined);
    });
  });
}

describe("PyTorch's full distributions", () => {
  let loaded: LoadedModel;
  before(async () => (loaded = await loadTiny('fp32')));
  after(async () => loaded.model.dispose());

  for (const { name, prefix, suffix, denoiserLogProbs } of (parityFixture('model-fp32') as Fixture).contexts) {
    test(name, async () => {
      const context = await loaded.model.openContext(prefix, suffix);
      for (const { position, canvas, logProbs } of denoiserLogProbs) {
        const query = { canvas, positions: [position], wantDistribution: true };
        const whole = (await context.predict([query], 0))[0]![0]!.distribution!;
        logProbs.forEach((logProb, id) => {
          if (logProb === null) assert.equal(whole[id], -Infinity);
          else assert.ok(Math.abs(whole[id]! - logProb) < 1e-4, `id ${id}: ${whole[id]} and ${logProb}`);
        });
      }
    });
  }
});
