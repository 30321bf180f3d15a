import * as tokenizers from '@huggingface/tokenizers';
import type { TokenizerFile } from './tokenizerFile.js';

/** Merges the pieces of pre-tokenised text into token spellings. The library remembers pieces of up to 256 bytes. */
export interface BytePairEncoder {
  encode(pieces: readonly string[]): string[];
}

/** What the library keeps of its configuration though only its constructor reads it: as much memory as all that it needs. */
interface LibraryEncoder extends BytePairEncoder {
  config: unknown;
  merges: unknown;
  vocab: unknown;
}

/** The library's own type declarations do not resolve under NodeNext (no file extensions), hence this one. */
const { BPE } = tokenizers as unknown as { BPE: new (config: object) => LibraryEncoder };

export function createBytePairEncoder({ vocab, merges, ignore_merges }: TokenizerFile['model']): BytePairEncoder {
  const encoder = new BPE({ vocab, merges, unk_token: null, ignore_merges });
  return Object.assign(encoder, { config: undefined, merges: undefined, vocab: undefined });
}
