import * as tokenizers from '@huggingface/tokenizers';
import type { TokenizerFile } from './tokenizerFile.js';

/** Merges the pieces of pre-tokenised text into token spellings. The library remembers pieces of up to 256 bytes. */
export interface BytePairEncoder {
  encode(pieces: readonly string[]): string[];
  /** Id by spelling. */
  readonly ids: ReadonlyMap<string, number>;
}

/** What the library keeps of its configuration though only its constructor reads it: as much memory as all that it needs. */
interface LibraryEncoder {
  encode(pieces: readonly string[]): string[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  config: unknown;
  merges: unknown;
  vocab: unknown;
}

/** The library's own type declarations do not resolve under NodeNext (no file extensions), hence this one. */
const { BPE } = tokenizers as unknown as { BPE: new (config: object) => LibraryEncoder };

export function createBytePairEncoder({ vocab, merges, ignore_merges }: TokenizerFile['model']): BytePairEncoder {
  const encoder = new BPE({ vocab, merges, unk_token: null, ignore_merges });
  Object.assign(encoder, { config: undefined, merges: undefined, vocab: undefined });
  return { encode: (pieces) => encoder.encode(pieces), ids: encoder.tokens_to_ids };
}
