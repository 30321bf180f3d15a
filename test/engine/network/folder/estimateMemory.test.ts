import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { estimateMemory } from '../../../../src/engine/network/folder/estimateMemory.js';
import {
  readManifest,
  type FullSequenceManifest,
  type Precision,
} from '../../../../src/engine/network/folder/manifest.js';
import { convertCheckpoint } from '../../../../src/modelStore/convert/convertCheckpoint.js';
import { BUNDLED, checkpointPath } from '../../fixtures.js';
import { withFolder } from '../checkpoints.js';

/** The tiny Qwen2's manifest, with the sizes of Qwen2.5-Coder-0.5B and weights of `bytes`. */
async function halfBillion(precision: Precision, bytes: number): Promise<FullSequenceManifest> {
  return withFolder(async (folder) => {
    const options = { source: checkpointPath('open-dcoder'), target: path.join(folder, 'model'), precision };
    const manifest = (await convertCheckpoint(options)) as FullSequenceManifest;
    const sizes = { hiddenSize: 896, layers: 24, attentionHeads: 14, keyValueHeads: 2, headSize: 64 };
    return {
      ...manifest,
      architecture: { ...manifest.architecture, ...sizes, feedForwardSize: 4864, vocabularySize: 151936 },
      limits: { prefix: 480, suffix: 160, canvas: 64 },
      weights: { precision, files: [{ ...manifest.weights.files[0]!, bytes }] },
    };
  });
}

describe('estimateMemory', () => {
  // What processes with these models took at most: 530, 1412 and 853 MB.
  it('is not below what was measured, and not far above', async () => {
    const within = (bytes: number, measured: number): void =>
      assert.ok(bytes > measured && bytes < 1.6 * measured, `${bytes / 1e6} MB`);
    within(estimateMemory(await readManifest(BUNDLED)), 530e6);
    within(estimateMemory(await halfBillion('int8', 496_094_784)), 1412e6);
    within(estimateMemory(await halfBillion('int4', 361_000_000)), 853e6);
  });
});
