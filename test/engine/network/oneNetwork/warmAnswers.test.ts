import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { InfillModel } from '../../../../src/engine/contract/model.js';
import { readManifest } from '../../../../src/engine/network/folder/manifest.js';
import { loadOneNetwork } from '../../../../src/engine/network/oneNetwork/loadOneNetwork.js';
import { OneNetwork } from '../../../../src/engine/network/oneNetwork/oneNetwork.js';
import type { OneNetworkParts } from '../../../../src/engine/network/oneNetwork/parts.js';
import { TINY_ONE_NETWORK } from '../../fixtures.js';
import { asOneNetwork } from '../asKind.js';
import { masked } from '../predictions.js';

/** Room for several long blocks, which the tiny models' own limits do not have. */
const LIMITS = { prefix: 300, suffix: 32, canvas: 60 };
const id = fc.integer({ min: 200, max: 203 });
const ids = (maxLength: number): fc.Arbitrary<readonly number[]> => fc.array(id, { maxLength, size: 'max' });

/** The text around the cursor changes, the model is asked something else, and then a middle is filled in several passes. */
interface Step {
  readonly cut: number;
  readonly typed: readonly number[];
  readonly suffix: readonly number[] | undefined;
  readonly before: 'nothing' | 'score' | 'read';
  readonly passes: readonly {
    readonly tokens: readonly number[];
    readonly proposals: readonly number[];
    readonly mix: number;
    readonly what: 'predict' | 'verify';
  }[];
}
const step: fc.Arbitrary<Step> = fc.record({
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(200)),
  typed: fc.oneof({ weight: 3, arbitrary: ids(3) }, ids(120)),
  suffix: fc.option(ids(LIMITS.suffix), { nil: undefined }),
  before: fc.constantFrom('nothing', 'nothing', 'score', 'read'),
  passes: fc.array(
    fc.record({
      tokens: fc.oneof({ weight: 4, arbitrary: ids(2) }, ids(20)),
      proposals: ids(4),
      mix: fc.constantFrom(0, 0.5, 1),
      what: fc.constantFrom('predict', 'verify'),
    }),
    { maxLength: 4 },
  ),
});

for (const { weights, precision, folder } of TINY_ONE_NETWORK) {
  for (const threads of precision === 'int8' ? [1, 2] : [1]) {
    describe(`the one network, warm, ${weights}, ${precision}, ${threads} threads`, () => {
      let parts: OneNetworkParts;
      before(async () => {
        const manifest = { ...asOneNetwork(await readManifest(folder)), limits: LIMITS };
        parts = await loadOneNetwork(folder, manifest, { device: 'cpu', threads });
      });
      after(async () => parts.dispose());

      async function answers(
        model: InfillModel,
        prefix: readonly number[],
        suffix: readonly number[],
        { passes }: Step,
      ): Promise<readonly unknown[]> {
        const context = await model.openContext(prefix, suffix);
        const all: unknown[] = [await context.predict([masked(5)], 0.5)];
        let left = LIMITS.canvas - 5;
        for (const { tokens, proposals, mix, what } of passes) {
          left -= tokens.length;
          if (left < proposals.length) break;
          if (what === 'verify') {
            all.push(await context.encoder!.verify(tokens, proposals, { encoderMix: mix, wantEncoder: true }));
          } else {
            await context.encoder!.append(tokens);
            all.push(await context.predict([masked(5)], mix));
          }
        }
        all.push(await model.encoder!.scoreTokens(prefix, [200, 201]));
        return all;
      }

      it('answers to the last bit as from a cold start, whatever was read before', async () => {
        const start = fc.array(id, { minLength: 1, maxLength: 200, size: 'max' });
        await fc.assert(
          fc.asyncProperty(start, fc.array(step, { minLength: 1, maxLength: 5 }), async (first, steps) => {
            const warm = new OneNetwork(parts);
            let prefix: readonly number[] = first;
            let suffix: readonly number[] = [];
            for (const each of steps) {
              prefix = [...prefix.slice(0, Math.max(0, prefix.length - each.cut)), ...each.typed].slice(
                0,
                LIMITS.prefix,
              );
              suffix = each.suffix ?? suffix;
              if (each.before === 'score') await warm.encoder.scoreTokens(prefix.slice(0, -3), [200, 201, 202]);
              if (each.before === 'read') {
                await warm.encoder.readTokens(prefix, [202, 203]);
                await warm.encoder.scoreContinuations(prefix, [202, 203], [{ after: 1, ids: [201, 202] }]);
              }
              const cold = new OneNetwork(parts);
              assert.deepEqual(await answers(warm, prefix, suffix, each), await answers(cold, prefix, suffix, each));
            }
          }),
          { numRuns: 12, endOnFailure: true },
        );
      });

      it('reads as trunk what was a middle, or the first row of one', async () => {
        const prefix = Array.from({ length: 20 }, (_, i) => 100 + i);
        const results = [];
        for (const writes of [true, false]) {
          const model = new OneNetwork(parts);
          const context = await model.openContext(prefix, [300, 301]);
          if (writes) {
            await context.predict([masked(4)], 0.5);
            await context.encoder!.verify([400, 401], [402], { encoderMix: 1, wantEncoder: false });
          }
          const last = prefix.at(-1)!;
          results.push([
            await model.encoder.readTokens(prefix.slice(0, -1), [last, 400, 401]),
            await model.encoder.readTokens(prefix, [400, 401]),
          ]);
        }
        assert.deepEqual(results[0], results[1]);
      });

      it('keeps two trunks and three suffixes', async () => {
        const model = new OneNetwork(parts);
        const texts = [0, 1].map((n) => Array.from({ length: 150 }, (_, i) => 100 + 150 * n + i));
        const suffixes = [[400], [401, 402], [403, 404, 405]];
        for (const text of texts) await model.openContext(text, []);
        for (const suffix of suffixes) await model.openContext(texts[0]!, suffix);
        for (const text of texts) {
          for (const suffix of suffixes) {
            // The trunk's last token is read again as the first row of the middle.
            assert.equal((await model.openContext(text, suffix)).encodedTokens, 1);
          }
          assert.equal((await model.openContext([...text, 450], suffixes[0]!)).encodedTokens, 2, 'typed');
          assert.equal((await model.openContext(text, suffixes[0]!)).encodedTokens, 1, 'and deleted');
        }
      });

      it('is not disturbed by what is scored while a context is open', async () => {
        const prefix = Array.from({ length: 100 }, (_, i) => 100 + i);
        const results = [];
        for (const scores of [true, false]) {
          const model = new OneNetwork(parts);
          const context = await model.openContext(prefix, [300]);
          const all: unknown[] = [await context.predict([masked(4)], 0.5)];
          await context.encoder!.append([301, 302]);
          if (scores) {
            await model.encoder.scoreTokens([...prefix, 301], [302, 303]);
            await model.encoder.scoreTokens(prefix.slice(0, 50), [302, 303]);
          }
          all.push(await context.predict([masked(4)], 0.5));
          results.push(all);
        }
        assert.deepEqual(results[0], results[1]);
      });
    });
  }
}
