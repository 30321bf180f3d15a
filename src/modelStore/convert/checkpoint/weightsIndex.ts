import * as z from 'zod';
import { damaged, parseForeignJson } from '../../../engine/files/foreignFile.js';

/** The file that says which tensors lie in which weight file. */
export const WEIGHTS_INDEX = 'model.safetensors.index.json';
/** Plain names of weight files: nothing that leads elsewhere. */
export const WEIGHTS_FILE = /^\w[\w.-]*\.safetensors$/;

export interface WeightsIndex {
  /** The file of each tensor, by the tensor's name. */
  readonly fileOf: ReadonlyMap<string, string>;
  /** Bytes of all tensors as the index states them; undefined where it does not. */
  readonly totalBytes: number | undefined;
}

const schema = z.object({
  metadata: z.looseObject({ total_size: z.number().nonnegative().optional() }).optional(),
  weight_map: z
    .record(z.string(), z.string().regex(WEIGHTS_FILE, 'is no name of a weight file'))
    .refine((map) => Object.keys(map).length > 0, 'names no weight files'),
});

/** Reads the text of an index; `place` = where it is from. Throws InfillError model-corrupt. */
export function parseWeightsIndex(text: string, place: string): WeightsIndex {
  const parsed = schema.safeParse(parseForeignJson(text, place));
  if (parsed.success) {
    const { metadata, weight_map: map } = parsed.data;
    return { fileOf: new Map(Object.entries(map)), totalBytes: metadata?.total_size };
  }
  const [issue] = parsed.error.issues;
  throw damaged(place, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`, parsed.error);
}
