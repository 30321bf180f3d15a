import path from 'node:path';
import { readForeignText } from '../../../engine/files/foreignFile.js';
import { InfillError } from '../../../shared/infillError.js';

/** What the front matter of a model card (README.md) states, as far as a conversion asks. */
export interface ModelCard {
  readonly license: string | undefined;
  /** The model that this one was made of, as owner/name. */
  readonly base: string | undefined;
}

/** Reads the card of a checkpoint's folder; one that is not there, or cannot be one, states nothing: no conversion needs it. */
export async function readModelCard(folder: string): Promise<ModelCard> {
  const card = await readForeignText(path.join(folder, 'README.md')).catch((error: unknown) => {
    if (error instanceof InfillError) return '';
    throw error;
  });
  const front = /^---\n(.*?)\n---/s.exec(card.replaceAll('\r\n', '\n'))?.[1] ?? '';
  return {
    license: /^license:\s*["']?([\w.+-]+)/m.exec(front)?.[1],
    base: /^base_model:\s*(?:-\s*)?["']?([\w.-]+\/[\w.-]+)/m.exec(front)?.[1],
  };
}
