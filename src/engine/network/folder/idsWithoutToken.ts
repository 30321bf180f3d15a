import path from 'node:path';
import * as z from 'zod';
import { parseForeignJson, readForeignText } from '../../files/foreignFile.js';
import type { FullSequenceManifest } from './manifest.js';

/** Where a tokenizer.json lists ids; whatever reads the file for its text refuses what is wrong with it. */
const listsIds = z.object({
  // Tens of thousands of entries: only their values count here.
  model: z.object({
    vocab: z.custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null),
  }),
  added_tokens: z.array(z.object({ id: z.number() })).catch([]),
});

type Network = Pick<FullSequenceManifest, 'architecture' | 'tokens'>;

/**
 * Ids that a network predicts and its tokenizer does not have, ascending: rows that fill up its vocabulary to a round number, and ids
 * left out between added tokens. No text has them, so none of them may ever be chosen. The tokens that the manifest names are not
 * among them: SEDD's and MDLM's mask is in no tokenizer. `tokenizer` = a parsed tokenizer.json; what is none answers nothing.
 */
export function idsWithoutToken(tokenizer: unknown, { architecture, tokens }: Network): readonly number[] {
  const listed = listsIds.safeParse(tokenizer).data;
  if (listed === undefined) return [];
  const has = new Uint8Array(architecture.vocabularySize);
  const mark = (id: unknown): void => {
    if (typeof id === 'number' && id < has.length) has[id] = 1;
  };
  Object.values(listed.model.vocab).forEach(mark);
  for (const { id } of listed.added_tokens) mark(id);
  Object.values(tokens).forEach(mark);
  return Array.from(has.keys()).filter((id) => has[id] === 0);
}

/** What may never be chosen, ascending: `ids`, which the tokenizer lacks, and the mask. */
export function withMask(ids: readonly number[], { tokens: { mask } }: Pick<Network, 'tokens'>): readonly number[] {
  return mask === null ? ids : [...ids, mask].sort((a, b) => a - b);
}

/** `idsWithoutToken` of the model in `folder`. Throws InfillError model-missing or model-corrupt. */
export async function readIdsWithoutToken(folder: string, manifest: FullSequenceManifest): Promise<readonly number[]> {
  const file = path.join(folder, manifest.tokenizer.path);
  return idsWithoutToken(parseForeignJson(await readForeignText(file, 'tokenizer.json'), file), manifest);
}
