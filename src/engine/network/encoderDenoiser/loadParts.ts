import type { ModelParts, Runners } from './parts.js';
import type { PartsOptions } from '../runtime/loadOptions.js';
import { prefixCapacity } from './contextCache.js';
import { DenoiserRunner } from './denoiserRunner.js';
import { EmbeddingTable } from './embeddingTable.js';
import { EncoderDenoiser } from './encoderDenoiser.js';
import { EncoderRunner } from './encoderRunner.js';
import { HeadRunner } from './headRunner.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import { paddedLength } from './prefixBlocks.js';
import { startSessions, type StartedSessions } from './sessions.js';
import { ModelWeights } from '../folder/weights.js';

/** Starts the sessions and reads what JavaScript needs of the weights. Errors as for `loadModel`. */
export async function loadParts(
  folder: string,
  manifest: EncoderDenoiserManifest,
  options: PartsOptions,
): Promise<ModelParts> {
  const weights = await ModelWeights.open(folder, manifest);
  const embeddings = await EmbeddingTable.load(weights);
  const rows = {
    maskIn: await weights.readFloats('denoiser.mask_in'),
    endIn: await weights.readFloats('denoiser.eom_in'),
    encoderNorm: await weights.readFloats('encoder.norm'),
  };
  const { architecture } = manifest;
  const runners = (sessions: StartedSessions): Runners => ({
    manifest,
    embeddings,
    rows,
    encoder: new EncoderRunner(sessions.encoder, embeddings, architecture),
    denoiser: new DenoiserRunner(sessions.denoiser, architecture),
    head: new HeadRunner(sessions.head, manifest),
  });
  const sessionsOptions = { ...options, positionCount: positionCount(manifest) };
  const sessions = await startSessions(weights, sessionsOptions, async (started) => tryOut(runners(started)));
  return {
    ...runners(sessions),
    device: sessions.device,
    deviceNote: sessions.note,
    dispose: async () => sessions.dispose(),
  };
}

/** Predicts something with every session. Throws where one fails or answers with no numbers. */
async function tryOut(runners: Runners): Promise<void> {
  const { start, mask } = runners.manifest.tokens;
  const keepRunning = async (): Promise<void> => Promise.resolve();
  const model = new EncoderDenoiser({ ...runners, device: '', deviceNote: '', dispose: keepRunning });
  const context = await model.openContext([start, start], [start]);
  const [rows] = await context.predict([{ canvas: [mask, mask], positions: [0, 1] }], 0.5);
  if (!rows!.every(({ entropy }) => Number.isFinite(entropy))) throw new Error('it computes wrong results');
}

/** Positions that can occur: a full prefix cache with a canvas or the rest of a block behind it, or a suffix. */
function positionCount({ limits }: EncoderDenoiserManifest): number {
  const prefix = prefixCapacity(limits);
  return Math.max(prefix + limits.canvas, paddedLength(prefix), limits.suffix) + 1;
}
