import type { OneNetworkManifest } from '../folder/manifest.js';
import type { ModelWeights } from '../folder/weights.js';
import { EmbeddingTable } from '../vocabulary/embeddingTable.js';

/** The embedding [D] of a token as it enters the network; not to be changed. */
export type Embedding = (id: number) => Float32Array;

export interface OpenEmbedding {
  readonly embed: Embedding;
  readonly close: () => Promise<void>;
}

/** `<mask>`, `<eom>` and the suffix token have rows of their own. */
export async function embeddingOf(weights: ModelWeights<OneNetworkManifest>): Promise<OpenEmbedding> {
  const { tokens } = weights.manifest;
  const table = await EmbeddingTable.load(weights);
  const own = new Map([
    [tokens.mask, await weights.readFloats('mask_in')],
    [tokens.endOfMiddle, await weights.readFloats('eom_in')],
    [tokens.suffix, await weights.readFloats('suffix_in')],
  ]);
  return { embed: (id) => own.get(id) ?? table.row(id), close: async () => table.close() };
}
