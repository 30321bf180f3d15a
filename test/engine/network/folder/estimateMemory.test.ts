import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { estimateMemory } from '../../../../src/engine/network/folder/estimateMemory.js';
import {
  readManifest,
  type FullSequenceManifest,
  type OneNetworkManifest,
  type Precision,
} from '../../../../src/engine/network/folder/manifest.js';
import { convertCheckpoint } from '../../../../src/modelStore/convert/convertCheckpoint.js';
import { BUNDLED, checkpointPath, TINY_INT8, TINY_ONE_NETWORK } from '../../fixtures.js';
import { asOneNetwork } from '../asKind.js';
import { withFolder } from '../checkpoints.js';

/** The tiny Qwen2's manifest, with the sizes of Qwen2.5-Coder-0.5B and weights of `bytes`. */
async function halfBillion(precision: Precision, bytes: number): Promise<FullSequenceManifest> {
  return withFolder(async (folder) => {
    const options = { source: checkpointPath('open-dcoder'), target: path.join(folder, 'model'), precision };
    const { manifest } = await convertCheckpoint(options);
    const sizes = { hiddenSize: 896, layers: 24, attentionHeads: 14, keyValueHeads: 2, headSize: 64 };
    return {
      ...manifest,
      architecture: { ...manifest.architecture, ...sizes, feedForwardSize: 4864, vocabularySize: 151936 },
      limits: { prefix: 480, suffix: 160, canvas: 64 },
      weights: { precision, files: [{ ...manifest.weights.files[0]!, bytes }] },
    };
  });
}

/** A tiny one-network model's manifest, with the sizes of SmolLM2-135M and int8 weights of `bytes`. */
async function smolLm2(weights: string, bytes: number): Promise<OneNetworkManifest> {
  const { folder } = TINY_ONE_NETWORK.find((model) => model.weights === weights && model.precision === 'int8')!;
  const manifest = asOneNetwork(await readManifest(folder));
  const sizes = { hiddenSize: 576, layers: 30, attentionHeads: 9, keyValueHeads: 3, headSize: 64 };
  return {
    ...manifest,
    architecture: { ...manifest.architecture, ...sizes, feedForwardSize: 1536, vocabularySize: 49152 },
    limits: { prefix: 640, suffix: 63, canvas: 64 },
    weights: { precision: 'int8', files: [{ ...manifest.weights.files[0]!, bytes }] },
  };
}

describe('estimateMemory', () => {
  // What processes with these models took at most: 530, 514, 526, 1412, 853 and 1173 MB.
  it('is not below what was measured, and not far above', async () => {
    const within = (bytes: number, measured: number): void =>
      assert.ok(bytes > measured && bytes < 1.6 * measured, `${bytes / 1e6} MB`);
    within(estimateMemory(await readManifest(BUNDLED)), 530e6);
    within(estimateMemory(await smolLm2('all', 135_479_032)), 514e6);
    within(estimateMemory(await smolLm2('adapters', 144_277_000)), 526e6);
    within(estimateMemory(await halfBillion('int8', 496_094_784)), 1412e6);
    const int4 = await halfBillion('int4', 361_000_000);
    within(estimateMemory(int4), 853e6);
    within(estimateMemory({ ...int4, recommended: { ...int4.recommended, contextCache: 'dual' } }), 1173e6);
  });

  // 4226 and 5316 MB were taken by processes that read a prefix and a suffix of these lengths.
  it('counts what reading the longest context takes', async () => {
    const limits = { prefix: 8192, suffix: 8191, canvas: 96 };
    assert.ok(estimateMemory({ ...(await readManifest(TINY_INT8)), limits }) > 4226e6);
    assert.ok(estimateMemory({ ...(await readManifest(TINY_ONE_NETWORK[0]!.folder)), limits }) > 5316e6);
  });
});
