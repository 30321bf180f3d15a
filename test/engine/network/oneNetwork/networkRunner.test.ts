import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PrefixCache } from '../../../../src/engine/network/cache/prefixCache.js';
import { settlePrefix } from '../../../../src/engine/network/cache/readPrefix.js';
import { type OneNetworkManifest, readManifest } from '../../../../src/engine/network/folder/manifest.js';
import { ModelWeights } from '../../../../src/engine/network/folder/weights.js';
import { arithmeticFor } from '../../../../src/engine/network/graph/arithmeticFor.js';
import { embeddingOf } from '../../../../src/engine/network/oneNetwork/embedding.js';
import { networkGraph } from '../../../../src/engine/network/oneNetwork/graph/networkGraph.js';
import type { RowGroup } from '../../../../src/engine/network/oneNetwork/rowGroup.js';
import { loadOneNetwork } from '../../../../src/engine/network/oneNetwork/loadOneNetwork.js';
import { NetworkRunner } from '../../../../src/engine/network/oneNetwork/networkRunner.js';
import { OneNetwork } from '../../../../src/engine/network/oneNetwork/oneNetwork.js';
import type { Embedding } from '../../../../src/engine/network/oneNetwork/embedding.js';
import type { OneNetworkParts } from '../../../../src/engine/network/oneNetwork/parts.js';
import { OrtSession, type Session } from '../../../../src/engine/network/runtime/ortRuntime.js';
import { TINY_ONE_NETWORK } from '../../fixtures.js';
import { asOneNetwork } from '../asKind.js';
import { masked } from '../predictions.js';

const PREFIX = Array.from({ length: 30 }, (_, i) => 100 + i);
const SUFFIX = [14, 300, 301, 302];
const DRAFT = [400, 410, 420];
const CANVAS = [16, 350, 16, 16, 16];

for (const { weights, precision, folder } of TINY_ONE_NETWORK) {
  describe(`passes of the one network, ${weights}, ${precision}`, () => {
    let manifest: OneNetworkManifest;
    let embed: Embedding;
    let session: OrtSession;
    let runner: NetworkRunner;
    let parts: OneNetworkParts;
    let passes = 0;
    let failing = 0;
    before(async () => {
      manifest = asOneNetwork(await readManifest(folder));
      const stored = await ModelWeights.open(folder, manifest);
      ({ embed } = await embeddingOf(stored));
      const graph = networkGraph(stored, await arithmeticFor(stored, precision, 'cpu', undefined), 400);
      session = await OrtSession.create(graph, { device: 'cpu', threads: 1, folder: stored.folder });
      const counting: Session = {
        run: async (...asked) => {
          passes++;
          if (passes === failing) throw new Error('out of memory');
          return session.run(...asked);
        },
        dispose: async () => session.dispose(),
      };
      runner = new NetworkRunner(counting, embed, manifest.architecture);
      parts = await loadOneNetwork(folder, manifest, { device: 'cpu', threads: 1 });
    });
    after(async () => {
      await session.dispose();
      await parts.dispose();
    });

    /** A cache with the trunk but its last token, and the suffix in front. */
    async function opened(): Promise<PrefixCache> {
      const { layers: count, keyValueHeads: heads, headSize, hiddenSize } = manifest.architecture;
      const layers = Array.from({ length: count }, (_, layer) => layer);
      const cache = new PrefixCache({ layers, heads, headSize, maxLength: 120, front: 33 }, hiddenSize);
      await settlePrefix(cache, [0, ...PREFIX.slice(0, -1)], runner.readTrunk);
      cache.keyValues.placeFront((await runner.readSuffix(SUFFIX)).keyValues);
      return cache;
    }

    function group(
      ids: readonly number[],
      first: number,
      change: Pick<RowGroup, 'sees' | 'cached' | 'leading'>,
    ): RowGroup {
      const position = manifest.architecture.trunkPosition + first;
      return { rows: ids.map((id) => embed(id)), position, front: SUFFIX.length, isMiddle: true, ...change };
    }

    it('check a draft and denoise the canvas behind it at once as they would apart', async () => {
      const trunk = PREFIX.length;
      const last = PREFIX.at(-1)!;
      const draft = group([last, ...DRAFT], trunk, { sees: 'causal', cached: trunk, leading: 0 });
      const end = trunk + DRAFT.length;
      const together = await runner.run((await opened()).keyValues, [
        draft,
        group([DRAFT.at(-1)!, ...CANVAS], end, { sees: 'all', cached: trunk, leading: DRAFT.length }),
      ]);
      const cache = await opened();
      const { keyValues, hidden } = await runner.run(cache.keyValues, [draft]);
      cache.append([last, ...DRAFT], keyValues, hidden);
      const canvas = await runner.hidden(
        cache.keyValues,
        [group([DRAFT.at(-1)!, ...CANVAS], end, { sees: 'all', cached: end, leading: 0 })],
        Array.from({ length: CANVAS.length + 1 }, (_, row) => row),
      );
      const apart = [...hidden, ...canvas];
      assert.equal(together.hidden.length, apart.length);
      const differences = apart.map((value, i) => Math.abs(value - together.hidden[i]!)).sort((a, b) => a - b);
      // In int8 a value next to a rounding boundary may move a row, see predictions.ts.
      const at = (share: number): number => differences[Math.floor(share * (differences.length - 1))]!;
      assert.ok(at(precision === 'fp32' ? 1 : 0.8) < 1e-4, `80 %: ${at(0.8)}, largest ${at(1)}`);
      assert.ok(at(1) < 1);
    });

    it('see nothing of what is in a cache where nothing of theirs is', async () => {
      const answers = [];
      for (const garbage of [0, 1000]) {
        const cache = await opened();
        const { keyValues } = cache;
        const { heads, headSize, layers } = keyValues.shape;
        for (const kind of ['keys', 'values'] as const) {
          for (const layer of layers) {
            const all = keyValues.all(kind, layer);
            for (let head = 0; head < heads; head++) {
              const row = (n: number): number => (head * keyValues.columns + n) * headSize;
              all.fill(garbage, row(SUFFIX.length), row(33));
              all.fill(-garbage, row(33 + cache.length), row(keyValues.columns));
            }
          }
        }
        const rows = group([PREFIX.at(-1)!], PREFIX.length, { sees: 'causal', cached: PREFIX.length, leading: 0 });
        answers.push((await runner.run(keyValues, [rows])).hidden);
        const more = { sees: 'causal', cached: PREFIX.length, leading: 0 } as const;
        answers.push((await runner.run(keyValues, [group([PREFIX.at(-1)!, 7, 8], PREFIX.length, more)])).hidden);
      }
      assert.deepEqual(answers.slice(0, 2), answers.slice(2));
    });

    it('are no more than needed', async () => {
      const model = new OneNetwork({ ...parts, network: runner });
      const count = async (work: () => Promise<unknown>): Promise<number> => {
        const before = passes;
        await work();
        return passes - before;
      };
      assert.equal(
        await count(() => model.openContext(PREFIX, [300])),
        1 + 4,
        'a suffix, a trunk of four short blocks',
      );
      const context = await model.openContext([...PREFIX, 140], [300]);
      assert.equal(await count(() => context.predict([masked(6)], 0.5)), 1);
      assert.equal(await count(() => context.encoder!.append([400, 401])), 0, 'what is appended waits');
      assert.equal(await count(() => context.predict([masked(4)], 0.5)), 1, 'and is read with the canvas');
      assert.equal(await count(() => context.predict([masked(4), masked(3)], 0)), 2);
      const ask = { encoderMix: 1, wantEncoder: false };
      assert.equal(await count(() => context.encoder!.verify([], [], ask)), 0, 'its last row was read');
      assert.equal(await count(() => context.encoder!.verify([402], [403, 404], ask)), 1);
      assert.equal(await count(() => context.encoder!.verify([403, 404], [], ask)), 0, 'the proposals stand');
      assert.equal(await count(() => context.encoder!.verify([405], [], ask)), 1);
      assert.equal(await count(() => model.openContext([...PREFIX, 140], [300])), 0);
      assert.equal(await count(() => model.openContext([...PREFIX, 140, 141], [300])), 1, 'a token typed');
      assert.equal(await count(() => model.openContext(PREFIX.slice(0, 20), [300])), 0, 'deleted');
    });

    it('that fail leave no wrong answers behind', async () => {
      const model = new OneNetwork({ ...parts, network: runner });
      const fresh = new OneNetwork(parts);
      const answer = async (of: OneNetwork): Promise<unknown> => {
        const context = await of.openContext(PREFIX, [300]);
        await context.encoder!.append([400]);
        return [
          await context.predict([masked(4)], 0.5),
          await context.encoder!.verify([401], [402], { encoderMix: 1, wantEncoder: false }),
        ];
      };
      const expected = await answer(fresh);
      // The suffix, each block of the trunk, the canvas, the verification.
      for (let nth = 1; nth <= 7; nth++) {
        const own = nth === 1 ? model : new OneNetwork({ ...parts, network: runner });
        failing = passes + nth;
        await assert.rejects(answer(own), /out of memory/);
        failing = 0;
        assert.deepEqual(await answer(own), expected, `after pass ${nth}`);
      }
    });
  });
}
