import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DenoiserRunner } from '../../../src/engine/network/encoderDenoiser/denoiserRunner.js';
import { EmbeddingTable } from '../../../src/engine/network/vocabulary/embeddingTable.js';
import { EncoderDenoiser } from '../../../src/engine/network/encoderDenoiser/encoderDenoiser.js';
import { EncoderRunner } from '../../../src/engine/network/encoderDenoiser/encoderRunner.js';
import { denoiserGraph } from '../../../src/engine/network/encoderDenoiser/graph/denoiserGraph.js';
import { encoderGraph } from '../../../src/engine/network/encoderDenoiser/graph/encoderGraph.js';
import { FloatArithmetic } from '../../../src/engine/network/graph/floatArithmetic.js';
import { OUTPUT } from '../../../src/engine/network/encoderDenoiser/loadParts.js';
import { headGraph } from '../../../src/engine/network/vocabulary/headGraph.js';
import { HeadRunner } from '../../../src/engine/network/vocabulary/headRunner.js';
import { loadModel } from '../../../src/engine/network/loadModel.js';
import { readManifest } from '../../../src/engine/network/folder/manifest.js';
import { networkGraph } from '../../../src/engine/network/oneNetwork/graph/networkGraph.js';
import { loadOneNetwork, OUTPUT as ONE_OUTPUT } from '../../../src/engine/network/oneNetwork/loadOneNetwork.js';
import { NetworkRunner } from '../../../src/engine/network/oneNetwork/networkRunner.js';
import { OneNetwork } from '../../../src/engine/network/oneNetwork/oneNetwork.js';
import type { InfillModel } from '../../../src/engine/contract/model.js';
import { TINY_ONE_NETWORK } from '../fixtures.js';
import { asEncoderDenoiser, asOneNetwork } from './asKind.js';
import { ModelWeights } from '../../../src/engine/network/folder/weights.js';
import { OrtSession } from '../../../src/engine/network/runtime/ortRuntime.js';
import { difference, masked } from './predictions.js';

const PREFIX = Array.from({ length: 30 }, (_, i) => 50 + 11 * i);
const SUFFIX = [300, 301, 302];

describe('float32 graphs over int8 weights, as other devices than the CPU run them', () => {
  it('compute what the int8 graphs compute, less the rounding of activations', async () => {
    const folder = 'test/fixtures/tiny/int8';
    const manifest = asEncoderDenoiser(await readManifest(folder));
    const weights = await ModelWeights.open(folder, manifest);
    const embeddings = await EmbeddingTable.load(weights);
    const arithmetic = new FloatArithmetic(weights);
    const start = async (graph: Uint8Array): Promise<OrtSession> =>
      OrtSession.create(graph, { device: 'cpu', threads: 1, folder: weights.folder });
    const { architecture } = manifest;
    const float = new EncoderDenoiser({
      manifest,
      embeddings,
      encoder: new EncoderRunner(await start(encoderGraph(weights, arithmetic, 200)), embeddings, architecture),
      denoiser: new DenoiserRunner(await start(denoiserGraph(weights, arithmetic, 200)), architecture),
      head: new HeadRunner(await start(headGraph(weights, arithmetic, OUTPUT)), architecture),
      rows: {
        maskIn: await weights.readFloats('denoiser.mask_in'),
        endIn: await weights.readFloats('denoiser.eom_in'),
        encoderNorm: await weights.readFloats('encoder.norm'),
      },
      device: 'cpu',
      deviceNote: '',
      dispose: async () => Promise.resolve(),
    });
    const { model: int8 } = await loadModel(folder, { device: 'cpu', threads: 1 });
    await compare(float, int8);
    await int8.dispose();
  });

  for (const { weights, folder } of TINY_ONE_NETWORK.filter(({ precision }) => precision === 'int8')) {
    it(`of one network too, ${weights}`, async () => {
      const manifest = asOneNetwork(await readManifest(folder));
      const stored = await ModelWeights.open(folder, manifest);
      const arithmetic = new FloatArithmetic(stored);
      const start = async (graph: Uint8Array): Promise<OrtSession> =>
        OrtSession.create(graph, { device: 'cpu', threads: 1, folder: stored.folder });
      const network = await start(networkGraph(stored, arithmetic, 200));
      const head = await start(headGraph(stored, arithmetic, ONE_OUTPUT));
      const parts = await loadOneNetwork(folder, manifest, { device: 'cpu', threads: 1 });
      const float = new OneNetwork({
        ...parts,
        network: new NetworkRunner(network, parts.embed, manifest.architecture),
        head: new HeadRunner(head, manifest.architecture),
      });
      await compare(float, new OneNetwork(parts));
      for (const each of [parts, network, head]) await each.dispose();
    });
  }
});

async function compare(float: InfillModel, int8: InfillModel): Promise<void> {
  const answers = [];
  for (const model of [float, int8]) {
    const context = await model.openContext(PREFIX, SUFFIX);
    answers.push((await context.predict([{ ...masked(12), wantEncoder: true }], 0.5))[0]!);
  }
  const [exact, rounded] = answers;
  assert.ok(difference(exact!, exact!) === 0);
  const same = exact!.filter((row, i) => row.ids[0] === rounded![i]!.ids[0]).length;
  assert.ok(same >= 9, `${same} of 12 first choices agree`);
  // A model of 48 components feels the rounding, so their numbers differ; but not by much.
  const apart = exact!.map((row, i) => Math.abs(row.entropy - rounded![i]!.entropy)).sort((a, b) => a - b);
  assert.ok(apart[6]! > 0 && apart[6]! < 0.3, `median difference of entropies ${apart[6]!}`);
}
