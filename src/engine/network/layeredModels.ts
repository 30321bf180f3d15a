import path from 'node:path';
import type { InfillModel } from '../contract/model.js';
import { fullSequenceTensors } from './folder/fullSequenceTensors.js';
import { type Manifest, readManifest } from './folder/manifest.js';
import type { FloatWeights } from './fullSequence/floatWeights.js';
import { type LayerByLayerRun, withLayerByLayer } from './fullSequence/layerByLayer.js';
import { physicalCores } from './physicalCores.js';

export type { FloatWeights } from './fullSequence/floatWeights.js';

/** As `withLayerByLayer`, on all cores. */
export async function withLayeredModels<T>(
  weights: FloatWeights,
  count: number,
  run: Omit<LayerByLayerRun, 'threads'>,
  use: (models: readonly InfillModel[]) => Promise<T>,
): Promise<T> {
  return withLayerByLayer(weights, count, { ...run, threads: await physicalCores() }, use);
}

/** How many weights a network has. */
export function weightCount({ manifest }: FloatWeights): number {
  let count = 0;
  for (const { shape } of fullSequenceTensors(manifest)) count += shape.reduce((product, size) => product * size, 1);
  return count;
}

/** What texts a model takes, known without loading it. */
export interface TextSizes {
  readonly tokenizerPath: string;
  readonly vocabularySize: number;
  readonly limits: Manifest['limits'];
}

/** Throws InfillError as `readManifest` does. */
export async function readTextSizes(folder: string): Promise<TextSizes> {
  const { tokenizer, architecture, limits } = await readManifest(folder);
  return {
    tokenizerPath: path.join(folder, tokenizer.path),
    vocabularySize: architecture.vocabularySize,
    limits,
  };
}
