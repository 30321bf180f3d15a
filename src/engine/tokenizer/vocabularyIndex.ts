import { latin1OfSpelling } from './byteAlphabet.js';

/** Answers kept: a healed text stays the same over the requests of one word, and one blank allows half the vocabulary. */
const REMEMBERED_LOOKUPS = 16;

/** The bytes of every token, and the tokens in the order of their bytes. Control tokens have no bytes and are not found. */
export class VocabularyIndex {
  /** Bytes of each id as a Latin-1 string: comparing such strings compares bytes. */
  private readonly keys: readonly string[];
  /** Ids that have bytes, in the order of these. */
  private readonly sorted: Int32Array;
  private readonly lookups = new Map<string, readonly number[]>();

  /** @param spellings spelling of each id in the byte alphabet; undefined for control tokens and gaps. */
  constructor(spellings: readonly (string | undefined)[]) {
    this.keys = spellings.map((spelling) => (spelling === undefined ? '' : latin1OfSpelling(spelling)));
    const withBytes = this.keys.flatMap((key, id) => (key === '' ? [] : [id]));
    this.sorted = Int32Array.from(withBytes.sort((a, b) => (this.keys[a]! < this.keys[b]! ? -1 : 1)));
  }

  get size(): number {
    return this.keys.length;
  }

  /** Bytes of one token; none for control tokens and for ids outside the vocabulary. */
  bytesOf(id: number): Uint8Array {
    return Buffer.from(this.keys[id] ?? '', 'latin1');
  }

  /** All ids whose bytes start with `prefix`, ascending; with no bytes all that have some. */
  idsStartingWith(prefix: Uint8Array): readonly number[] {
    const key = Buffer.from(prefix).toString('latin1');
    const known = this.lookups.get(key);
    if (known) return known;
    const first = this.bisect((candidate) => candidate < key);
    const end = this.bisect((candidate) => candidate < key || candidate.startsWith(key));
    const ids = Array.from(this.sorted.slice(first, end).sort());
    if (this.lookups.size >= REMEMBERED_LOOKUPS) this.lookups.delete(this.lookups.keys().next().value!);
    this.lookups.set(key, ids);
    return ids;
  }

  /** Index of the first token in byte order for which `isBefore` is false. */
  private bisect(isBefore: (key: string) => boolean): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.keys[this.sorted[middle]!]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
