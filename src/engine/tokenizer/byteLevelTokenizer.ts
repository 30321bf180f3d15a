import { BYTE_TO_CHARACTER } from './byteAlphabet.js';
import { type BytePairEncoder, createBytePairEncoder } from './bytePairEncoder.js';
import { ChunkCache } from './chunkCache.js';
import { preTokenize, type PreTokenizer } from './preTokenize.js';
import { spellable } from './spellable.js';
import { textChunks } from './textChunks.js';
import type { Tokenizer } from './tokenizerContract.js';
import { preTokenizerOf, type TokenizerFile } from './tokenizerFile.js';
import { VocabularyIndex } from './vocabularyIndex.js';

/** Some 250 windows of source code. */
const CACHED_CHARACTERS = 1 << 19;

/** Byte-level BPE without added tokens: document text never becomes a control token, whatever it spells. */
export class ByteLevelTokenizer implements Tokenizer {
  private readonly encoder: BytePairEncoder;
  private readonly ids: ReadonlyMap<string, number>;
  private readonly index: VocabularyIndex;
  private readonly preTokenizer: PreTokenizer;
  private readonly cache = new ChunkCache(CACHED_CHARACTERS);
  private readonly decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(file: TokenizerFile) {
    this.encoder = createBytePairEncoder(file.model);
    this.ids = this.encoder.ids;
    this.index = new VocabularyIndex(textSpellings(file, this.ids));
    this.preTokenizer = preTokenizerOf(file);
  }

  get vocabularySize(): number {
    return this.index.size;
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    for (const chunk of textChunks(text, this.preTokenizer.rule)) {
      for (const id of this.cache.get(chunk, this.encodeChunk)) ids.push(id);
    }
    return ids;
  }

  bytesOf(id: number): Uint8Array {
    return this.index.bytesOf(id);
  }

  decode(ids: readonly number[]): string {
    return this.decoder.decode(Buffer.concat(ids.map((id) => this.index.bytesOf(id))));
  }

  idsStartingWith(bytes: Uint8Array): readonly number[] {
    return this.index.idsStartingWith(bytes);
  }

  private readonly encodeChunk = (chunk: string): readonly number[] => {
    const pieces = preTokenize(spellable(chunk, this.hasByte), this.preTokenizer);
    return this.encoder.encode(pieces).map((spelling) => this.ids.get(spelling)!);
  };

  private readonly hasByte = (byte: number): boolean => this.ids.has(BYTE_TO_CHARACTER[byte]!);
}

/** Spelling by id. Left out are control tokens: what neither is a byte nor results from a merge can only be one. */
function textSpellings({ model }: TokenizerFile, ids: ReadonlyMap<string, number>): (string | undefined)[] {
  const spellings = new Array<string | undefined>(
    Array.from(ids.values()).reduce((a, b) => Math.max(a, b), -1) + 1,
  ).fill(undefined);
  const spell = (spelling: string): void => {
    const id = ids.get(spelling);
    if (id !== undefined) spellings[id] = spelling;
  };
  BYTE_TO_CHARACTER.forEach(spell);
  for (const merge of model.merges) spell(typeof merge === 'string' ? merge.replace(' ', '') : merge.join(''));
  return spellings;
}
