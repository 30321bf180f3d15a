import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { arithmeticFor } from '../../../../src/engine/network/graph/arithmeticFor.js';
import { contextCacheOf } from '../../../../src/engine/network/encoderDenoiser/contextCacheOf.js';
import { EmbeddingTable } from '../../../../src/engine/network/vocabulary/embeddingTable.js';
import { EncoderRunner } from '../../../../src/engine/network/encoderDenoiser/encoderRunner.js';
import { encoderGraph } from '../../../../src/engine/network/encoderDenoiser/graph/encoderGraph.js';
import { readManifest } from '../../../../src/engine/network/folder/manifest.js';
import { asEncoderDenoiser } from '../asKind.js';
import { ModelWeights } from '../../../../src/engine/network/folder/weights.js';
import { OrtSession, type Session } from '../../../../src/engine/network/runtime/ortRuntime.js';
import type { PrefixCache } from '../../../../src/engine/network/cache/prefixCache.js';

/** Room for several long blocks, which the tiny model's own limits do not have. */
const LIMITS = { prefix: 300, suffix: 8, canvas: 100 };
const id = fc.integer({ min: 200, max: 203 });
const ids = (maxLength: number): fc.Arbitrary<readonly number[]> => fc.array(id, { maxLength, size: 'max' });

/** The text before the cursor changes, and a request reads on after it, in several passes. */
interface Step {
  readonly cut: number;
  readonly typed: readonly number[];
  readonly passes: readonly (readonly number[])[];
}
const step: fc.Arbitrary<Step> = fc.record({
  cut: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, fc.nat(200)),
  typed: fc.oneof({ weight: 3, arbitrary: ids(3) }, ids(120)),
  passes: fc.array(fc.oneof({ weight: 4, arbitrary: ids(2) }, ids(40)), { maxLength: 4 }),
});

for (const precision of ['fp32', 'int8'] as const) {
  for (const threads of [1, 2, 5]) {
    describe(`settled prefixes, ${precision}, ${threads} threads`, () => {
      let newCache: () => ReturnType<typeof contextCacheOf>;
      let passes = 0;
      let session: OrtSession;
      before(async () => {
        const folder = `test/fixtures/tiny/${precision}`;
        const read = asEncoderDenoiser(await readManifest(folder));
        const manifest = { ...read, limits: LIMITS };
        const weights = await ModelWeights.open(folder, manifest);
        const arithmetic = await arithmeticFor(weights, precision, 'cpu', undefined);
        const graph = encoderGraph(weights, arithmetic, 600);
        session = await OrtSession.create(graph, { device: 'cpu', threads, folder: weights.folder });
        const counting: Session = {
          run: async (feeds) => {
            passes++;
            return session.run(feeds);
          },
          dispose: async () => session.dispose(),
        };
        const embeddings = await EmbeddingTable.load(weights);
        const runner = new EncoderRunner(counting, embeddings, manifest.architecture);
        newCache = () => contextCacheOf(runner, manifest);
      });
      after(async () => session.dispose());

      /** All that a request reads of the prefix cache, and the room that its next pass would have: shapes count as well. */
      const contents = (prefixCache: PrefixCache): readonly unknown[] => [
        prefixCache.keyValues.capacity,
        prefixCache.hidden(prefixCache.length - 1).slice(),
        ...prefixCache.keyValues.shape.layers.flatMap((_, layer) =>
          (['keys', 'values'] as const).map((kind) =>
            prefixCache.keyValues.head(kind, layer, 0, prefixCache.length).slice(),
          ),
        ),
      ];

      it('are the same to the last bit, and so is what is read after them, whatever was read before', async () => {
        const start = fc.array(id, { minLength: 1, maxLength: 200, size: 'max' });
        await fc.assert(
          fc.asyncProperty(start, fc.array(step, { minLength: 1, maxLength: 6 }), async (first, steps) => {
            const warm = newCache();
            let prefix: readonly number[] = [0, ...first];
            for (const { cut, typed, passes: read } of steps) {
              prefix = [...prefix.slice(0, Math.max(1, prefix.length - cut)), ...typed].slice(0, LIMITS.prefix + 1);
              const answers = [];
              for (const cache of [warm, newCache()]) {
                const { cache: prefixCache } = await cache.prefix(prefix);
                assert.deepEqual(prefixCache.tokens, prefix);
                const all = [contents(prefixCache)];
                let whole = prefix;
                for (const more of read) {
                  whole = [...whole, ...more];
                  if (whole.length > LIMITS.prefix + 1 + LIMITS.canvas) break;
                  await cache.advance(prefixCache, whole);
                  all.push(contents(prefixCache));
                }
                answers.push(all);
              }
              assert.deepEqual(answers[0], answers[1]);
            }
          }),
          { numRuns: 15, endOnFailure: true },
        );
      });

      it('have the same room again after a request that needed more', async () => {
        const prefix = Array.from({ length: 70 }, (_, i) => 200 + ((i * 7) % 90));
        const answers = [];
        for (const isWarm of [true, false]) {
          const cache = newCache();
          const { cache: prefixCache } = await cache.prefix(prefix);
          if (isWarm) await cache.advance(prefixCache, [...prefix, 210, ...prefix]);
          await cache.prefix(prefix);
          answers.push(contents(prefixCache));
          for (const more of [[211], [211, 212], [211, 212, 213]])
            await cache.advance(prefixCache, [...prefix, ...more]);
          answers.push(contents(prefixCache));
        }
        assert.deepEqual(answers.slice(0, 2), answers.slice(2));
      });

      it('are read in shorter blocks towards their end, and nothing is read again that is known', async () => {
        const cache = newCache();
        const long = Array.from({ length: 150 }, (_, i) => 200 + i);
        const count = async (work: () => Promise<unknown>): Promise<number> => {
          const before = passes;
          await work();
          return passes - before;
        };
        const open = async (length: number): Promise<number> => count(() => cache.prefix(long.slice(0, length)));
        assert.equal(await open(120), 3 + 3, 'three middling blocks and three short ones');
        assert.equal(await open(140), 1 + 2, 'a long block and two short ones');
        assert.equal(await open(140), 0, 'the same again');
        assert.equal(await open(141), 1, 'a token typed');
        assert.equal(await open(138), 0, 'deleted');
        assert.equal(await open(150), 2, 'over the end of a short block');
        const { cache: prefixCache } = await cache.prefix(long);
        const read = (...more: number[]): Promise<number> =>
          count(() => cache.advance(prefixCache, [...long, ...more]));
        assert.equal(await read(7), 1, 'a request reads on');
        assert.equal(await read(7, 8), 1);
        await cache.prefix(long);
        assert.equal(await read(7), 0, 'the next one does the same');
        assert.equal(await read(7, 9), 1, 'and then something else');
        await cache.prefix(long);
        assert.equal(await read(7, 9), 1, 'in one pass instead of two');
      });
    });
  }
}
