import { denoiserGraph } from './graph/denoiserGraph.js';
import { encoderGraph } from './graph/encoderGraph.js';
import type { ModelParts, Runners } from './parts.js';
import { headGraph, type HeadRows } from '../vocabulary/headGraph.js';
import type { Session } from '../runtime/ortRuntime.js';
import { startGraphs } from '../graph/startGraphs.js';
import type { PartsOptions } from '../runtime/loadOptions.js';
import { prefixCapacity } from '../cache/contextCache.js';
import { DenoiserRunner } from './denoiserRunner.js';
import { EmbeddingTable } from '../vocabulary/embeddingTable.js';
import { EncoderDenoiser } from './encoderDenoiser.js';
import { EncoderRunner } from './encoderRunner.js';
import { HeadRunner } from '../vocabulary/headRunner.js';
import { ON_TRIAL, tryOutModel } from '../vocabulary/tryOutModel.js';
import type { EncoderDenoiserManifest } from '../folder/manifest.js';
import { paddedLength } from '../cache/prefixBlocks.js';
import { ModelWeights } from '../folder/weights.js';

/** The denoiser's `<eom>` has a row of its own; the encoder reads the ordinary one. */
export const OUTPUT: HeadRows = { end: 'denoiser.eom_out', controls: true };

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
  const runners = ([encoder, denoiser, head]: readonly [
    encoder: Session,
    denoiser: Session,
    head: Session,
  ]): Runners => ({
    manifest,
    embeddings,
    rows,
    encoder: new EncoderRunner(encoder, embeddings, architecture),
    denoiser: new DenoiserRunner(denoiser, architecture),
    head: new HeadRunner(head, architecture),
  });
  const positions = positionCount(manifest);
  const started = await startGraphs(
    weights,
    options,
    (arithmetic) => [
      encoderGraph(weights, arithmetic, positions),
      denoiserGraph(weights, arithmetic, positions),
      headGraph(weights, arithmetic, OUTPUT),
    ],
    async (sessions) => tryOutModel(new EncoderDenoiser({ ...runners(sessions), ...ON_TRIAL }), manifest.tokens),
  ).catch(async (error: unknown) => {
    await embeddings.close();
    throw error;
  });
  return {
    ...runners(started.sessions),
    device: started.device,
    deviceNote: started.note,
    dispose: async () => {
      await started.dispose();
      await embeddings.close();
    },
  };
}

/** Positions that can occur: a full prefix cache with a canvas or the rest of a block behind it, or a suffix. */
function positionCount({ limits }: EncoderDenoiserManifest): number {
  const prefix = prefixCapacity(limits);
  return Math.max(prefix + limits.canvas, paddedLength(prefix), limits.suffix) + 1;
}
