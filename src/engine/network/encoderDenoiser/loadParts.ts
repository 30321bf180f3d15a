import type { Device } from '../../../shared/infillOptions.js';
import { prefixCapacity } from './contextCache.js';
import { DenoiserRunner } from './denoiserRunner.js';
import { EmbeddingTable } from './embeddingTable.js';
import { EncoderDenoiser } from './encoderDenoiser.js';
import { EncoderRunner } from './encoderRunner.js';
import type { WeightSign } from '../graph/int8Arithmetic.js';
import { HeadRunner } from './headRunner.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import { paddedLength } from './prefixBlocks.js';
import { startSessions, type StartedSessions } from './sessions.js';
import { ModelWeights } from '../folder/weights.js';

export interface PartsOptions {
  readonly device: Device;
  readonly threads: number;
  /** How weights enter int8 products; by default this machine is asked. */
  readonly weightSign?: WeightSign;
}

/** What computes an encoder-denoiser model. */
interface Runners {
  readonly manifest: EncoderDenoiserManifest;
  readonly encoder: EncoderRunner;
  readonly denoiser: DenoiserRunner;
  readonly head: HeadRunner;
  readonly embeddings: EmbeddingTable;
  readonly rows: LearnedRows;
}

/** The loaded parts of an encoder-denoiser model. */
export interface ModelParts extends Runners {
  readonly device: string;
  readonly deviceNote: string;
  dispose(): Promise<void>;
}

/** Single rows [D]: what stands on the canvas for `<mask>` and `<eom>`, and the gain of the encoder's last norm. */
export interface LearnedRows {
  readonly maskIn: Float32Array;
  readonly endIn: Float32Array;
  readonly encoderNorm: Float32Array;
}

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
  const { architecture, limits } = manifest;
  const runners = (sessions: StartedSessions): Runners => ({
    manifest,
    embeddings,
    rows,
    encoder: new EncoderRunner(sessions.encoder, embeddings, architecture, limits.canvas),
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
  const context = await model.openContext([start, start], [start], 1);
  const [rows] = await context.predict([{ canvas: [mask, mask], positions: [0, 1] }], 0.5);
  if (!rows!.every(({ entropy }) => Number.isFinite(entropy))) throw new Error('it computes wrong results');
}

/** Positions that can occur: a full prefix slot with a canvas or the rest of a block behind it, or a suffix. */
function positionCount({ limits }: EncoderDenoiserManifest): number {
  const prefix = prefixCapacity(limits);
  return Math.max(prefix + limits.canvas, paddedLength(prefix), limits.suffix) + 1;
}
