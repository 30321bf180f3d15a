import * as tokenizers from '@huggingface/tokenizers';
import type { TokenizerFile } from './tokenizerFile.js';

/** Merges the pieces of pre-tokenised text into token spellings. The library remembers pieces of up to 256 bytes. */
export interface BytePairEncoder {
  encode(pieces: readonly string[]): string[];
}

/** The library's own type declarations do not resolve under NodeNext (no file extensions), hence this one. */
const { BPE } = tokenizers as unknown as { BPE: new (config: object) => BytePairEncoder };

export function createBytePairEncoder({ vocab, merges, ignore_merges }: TokenizerFile['model']): BytePairEncoder {
  return new BPE({ vocab, merges, unk_token: null, ignore_merges });
}
