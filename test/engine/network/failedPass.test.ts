import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contextCacheOf } from '../../../src/engine/network/encoderDenoiser/contextCacheOf.js';
import { EncoderRunner } from '../../../src/engine/network/encoderDenoiser/encoderRunner.js';
import { EmbeddingTable } from '../../../src/engine/network/vocabulary/embeddingTable.js';
import { encoderGraph } from '../../../src/engine/network/encoderDenoiser/graph/encoderGraph.js';
import { FloatArithmetic } from '../../../src/engine/network/graph/floatArithmetic.js';
import { readManifest } from '../../../src/engine/network/folder/manifest.js';
import { asEncoderDenoiser } from './asKind.js';
import { ModelWeights } from '../../../src/engine/network/folder/weights.js';
import { OrtSession, type Session } from '../../../src/engine/network/runtime/ortRuntime.js';

describe('a pass that fails', () => {
  it('leaves an empty prefix cache, and the next request is right', async () => {
    const folder = 'test/fixtures/tiny/fp32';
    const read = asEncoderDenoiser(await readManifest(folder));
    // Room for a prefix of several pieces, so that the second of them can fail.
    const manifest = { ...read, limits: { ...read.limits, prefix: 300 } };
    const weights = await ModelWeights.open(folder, manifest);
    const graph = encoderGraph(weights, new FloatArithmetic(weights), 400);
    const session = await OrtSession.create(graph, { device: 'cpu', threads: 1, folder: weights.folder });
    const embeddings = await EmbeddingTable.load(weights);
    let passes = 0;
    let failing = 2;
    const flaky: Session = {
      run: async (feeds) => {
        passes += 1;
        if (passes === failing) throw new Error('out of memory');
        return session.run(feeds);
      },
      dispose: async () => session.dispose(),
    };
    const cacheOver = (over: Session): ReturnType<typeof contextCacheOf> =>
      contextCacheOf(new EncoderRunner(over, embeddings, manifest.architecture), manifest);
    const ids = Array.from({ length: 290 }, (_, i) => 20 + ((i * 37) % 400));

    const cache = cacheOver(flaky);
    await assert.rejects(cache.prefix(ids), /out of memory/);
    failing = 0;
    const after = await cache.prefix(ids);
    const fresh = await cacheOver(session).prefix(ids);
    assert.equal(after.encoded, ids.length);
    assert.deepEqual(after.cache.hidden(ids.length - 1), fresh.cache.hidden(ids.length - 1));
    assert.deepEqual(after.cache.tokens, ids);

    failing = passes + 1;
    await assert.rejects(cache.prefix([...ids, 7]), /out of memory/);
    failing = 0;
    const { cache: prefixCache } = await cache.prefix(ids.slice(0, 100));
    const short = await cacheOver(session).prefix(ids.slice(0, 100));
    assert.deepEqual(prefixCache.hidden(99), short.cache.hidden(99));
    await session.dispose();
  });
});
