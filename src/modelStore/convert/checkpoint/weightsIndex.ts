import path from 'node:path';
import * as z from 'zod';
import { damaged, parseForeignJson } from '../../../engine/files/foreignFile.js';
import { nameProblem } from '../../../engine/files/pathInside.js';

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
  // Only a help to tell versions apart: some programs write null, or numbers as texts.
  metadata: z
    .looseObject({ total_size: z.number().nonnegative().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  weight_map: z
    .record(z.string(), z.string().regex(WEIGHTS_FILE, { error: ({ input }) => notBeside(input) }))
    .refine((map) => Object.keys(map).length > 0, 'names no weight files'),
});

/** Weights in a sub-folder or of another format are not read, so it is said which they are. */
function notBeside(input: unknown): string {
  const name = typeof input === 'string' && nameProblem(path.posix.basename(input)) === undefined ? ` ${input}` : '';
  return `the file${name} that it names is no *.safetensors in the same folder`;
}

/** Reads the text of an index; `place` = where it is from. Throws InfillError model-corrupt. */
export function parseWeightsIndex(text: string, place: string): WeightsIndex {
  const parsed = schema.safeParse(parseForeignJson(text, place));
  if (parsed.success) {
    const { metadata, weight_map: map } = parsed.data;
    return { fileOf: new Map(Object.entries(map)), totalBytes: metadata?.total_size };
  }
  const [issue] = parsed.error.issues;
  const at = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  throw damaged(place, `${at}${issue?.message ?? '?'}`, parsed.error);
}
