import * as z from 'zod';
import { unsupported } from './unsupported.js';

const tokenizerSchema = z.object({
  added_tokens: z.array(z.object({ id: z.int().nonnegative(), content: z.string() })).default([]),
});

/** The special tokens of a checkpoint's tokenizer.json, by text. Throws InfillError model-unsupported. */
export class CheckpointTokens {
  readonly #ids: ReadonlyMap<string, number>;

  constructor(tokenizer: unknown) {
    const parsed = tokenizerSchema.safeParse(tokenizer);
    if (!parsed.success) throw unsupported('its tokenizer.json has no list of added tokens');
    this.#ids = new Map(parsed.data.added_tokens.map(({ content, id }) => [content, id]));
  }

  /** The id of the first of these texts that is a special token; undefined where none is. */
  find(...texts: readonly string[]): number | undefined {
    return texts.map((text) => this.#ids.get(text)).find((id) => id !== undefined);
  }
}
