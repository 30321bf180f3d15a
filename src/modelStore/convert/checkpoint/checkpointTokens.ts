import * as z from 'zod';
import { damaged } from '../../../engine/files/foreignFile.js';
import { tokenId, UPPER_ENDS } from '../../../engine/files/upperEnds.js';

const tokenizerSchema = z.object({
  added_tokens: z
    .array(z.object({ id: tokenId, content: z.string() }))
    .max(UPPER_ENDS.vocabulary)
    .default([]),
});

/** The special tokens of a checkpoint's tokenizer.json, by text. */
export class CheckpointTokens {
  readonly #ids: ReadonlyMap<string, number>;

  /** `tokenizer` = the value in the file `place`. Throws InfillError model-corrupt. */
  constructor(tokenizer: unknown, place: string) {
    const parsed = tokenizerSchema.safeParse(tokenizer);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw damaged(place, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`, parsed.error);
    }
    this.#ids = new Map(parsed.data.added_tokens.map(({ content, id }) => [content, id]));
  }

  /** The id of the first of these texts that is a special token; undefined where none is. */
  find(...texts: readonly string[]): number | undefined {
    return texts.map((text) => this.#ids.get(text)).find((id) => id !== undefined);
  }
}
