import path from 'node:path';
import type { Device } from '../../shared/infillOptions.js';
import { prefixCapacity } from './contextCache.js';
import { DenoiserRunner } from './denoiserRunner.js';
import { EmbeddingTable } from './embeddingTable.js';
import { EncoderDenoiser } from './encoderDenoiser.js';
import { EncoderRunner } from './encoderRunner.js';
import { HeadRunner } from './headRunner.js';
import { KeyValueSlot } from './keyValueSlot.js';
import { readManifest, type Manifest } from './manifest.js';
import type { InfillModel } from './modelContract.js';
import { startSessions } from './modelSessions.js';
import { ModelWeights } from './modelWeights.js';
import { physicalCores } from './physicalCores.js';
import { checkModelSizes } from './verifyModel.js';

export interface LoadedModel {
  readonly model: InfillModel;
  readonly manifest: Manifest;
  /** Absolute or relative as `folder` was. */
  readonly tokenizerPath: string;
  /** The device that really started. */
  readonly device: string;
  /** Why it is not the requested one, or what else a person should know; '' = nothing. */
  readonly deviceNote: string;
  readonly threads: number;
  readonly loadMs: number;
}

export interface LoadOptions {
  readonly device: Device;
  /** 0 = number of physical cores. */
  readonly threads: number;
}

/**
 * Loads the model in `folder`. Sizes and headers are checked, content hashes are not (see `verifyModel`).
 * Throws InfillError: model-missing, model-corrupt, model-unsupported, runtime-missing. A device that does not start is no
 * error: the CPU takes over and `deviceNote` says why.
 */
export async function loadModel(folder: string, options: LoadOptions): Promise<LoadedModel> {
  const begin = performance.now();
  const manifest = await readManifest(folder);
  await checkModelSizes(folder, manifest);
  const weights = await ModelWeights.open(folder, manifest);
  const threads = options.threads > 0 ? options.threads : await physicalCores();
  const sessions = await startSessions(weights, options.device, threads, positionCount(manifest));
  const embeddings = await EmbeddingTable.load(weights);
  const [maskIn, endIn, encoderNorm] = await Promise.all(
    ['denoiser.mask_in', 'denoiser.eom_in', 'encoder.norm'].map(async (name) => weights.readFloats(name)),
  );
  const { architecture } = manifest;
  const { keyValueHeads: heads, headSize, encoderLayers } = architecture;
  const layers = Array.from({ length: encoderLayers }, (_, layer) => layer);
  const nothing = new KeyValueSlot({ layers, heads, headSize, maxLength: 0 });
  const model = new EncoderDenoiser({
    manifest,
    embeddings,
    encoder: new EncoderRunner(sessions.encoder, embeddings, architecture, nothing, manifest.limits.canvas),
    denoiser: new DenoiserRunner(sessions.denoiser, architecture),
    head: new HeadRunner(sessions.head, manifest),
    rows: { maskIn: maskIn!, endIn: endIn!, encoderNorm: encoderNorm! },
    dispose: async () => sessions.dispose(),
  });
  return {
    model,
    manifest,
    tokenizerPath: path.join(folder, manifest.tokenizer.path),
    device: sessions.device,
    deviceNote: sessions.note,
    threads,
    loadMs: performance.now() - begin,
  };
}

/** Positions that can occur: a full prefix slot with a canvas behind it, or a suffix. */
function positionCount({ limits }: Manifest): number {
  return Math.max(prefixCapacity(limits) + limits.canvas, limits.suffix) + 1;
}
