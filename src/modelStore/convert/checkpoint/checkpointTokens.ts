import * as z from 'zod';
import { damaged } from '../../../engine/files/foreignFile.js';
import { tokenId, UPPER_ENDS } from '../../../engine/files/upperEnds.js';

const tokenizerSchema = z.object({
  added_tokens: z
    .array(z.object({ id: tokenId, content: z.string() }))
    .max(UPPER_ENDS.vocabulary)
    .default([]),
  model: z.looseObject({ vocab: z.record(z.string(), z.unknown()).catch({}) }).optional(),
});

/** The tokens of a checkpoint's tokenizer.json. */
export class CheckpointTokens {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #vocabulary: Readonly<Record<string, unknown>>;
  #taken: ReadonlySet<unknown> | undefined;

  /** `tokenizer` = the value in the file `place`. Throws InfillError model-corrupt. */
  constructor(tokenizer: unknown, place: string) {
    const parsed = tokenizerSchema.safeParse(tokenizer);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw damaged(place, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? '?'}`, parsed.error);
    }
    this.#ids = new Map(parsed.data.added_tokens.map(({ content, id }) => [content, id]));
    this.#vocabulary = parsed.data.model?.vocab ?? {};
  }

  /** How many ids it has. */
  get size(): number {
    return this.#all().size;
  }

  /** Whether texts or special tokens have this id. */
  has(id: number): boolean {
    return this.#all().has(id);
  }

  /** The id of the first of these texts that is a special token; undefined where none is. */
  find(...texts: readonly string[]): number | undefined {
    return texts.map((text) => this.#ids.get(text)).find((id) => id !== undefined);
  }

  /** The text of a token that texts are made of; undefined where the id is that of a special token, or of none. */
  ordinaryText(id: number): string | undefined {
    if ([...this.#ids.values()].includes(id)) return undefined;
    const [spelling] = Object.entries(this.#vocabulary).find(([, each]) => each === id) ?? [];
    return spelling?.replaceAll('Ġ', ' ').replaceAll('Ċ', '\n'); // byte-level spellings of space and newline
  }

  /** All ids; made once, where they are asked for. */
  #all(): ReadonlySet<unknown> {
    this.#taken ??= new Set([...this.#ids.values(), ...Object.values(this.#vocabulary)]);
    return this.#taken;
  }
}
