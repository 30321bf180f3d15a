import type { IndexedText, TextHome } from './indexedText.js';
import { shortHash } from './tokenHash.js';

/** What is looked up: hashes of the tokens before a position. */
export interface AnchorKey {
  /** Of the three nearest. */
  readonly anchor: number;
  /** Of the fourth and the fifth. */
  readonly fourth: number;
  readonly fifth: number;
}

/**
 * How an entry's 32 bits are used: the position in the segment, and above it a tag: some bits of the anchor's hash, and of the
 * hashes of the two tokens before it, so that few texts need to be looked at.
 */
export class EntryLayout {
  readonly position: number;
  readonly fourth: number;
  readonly fifth: number;
  private readonly anchor: number;

  /** @param units length of the segment's texts together */
  constructor(units: number) {
    this.position = Math.max(8, 32 - Math.clz32(units));
    const tag = 32 - this.position;
    this.anchor = Math.floor((tag + 2) / 3);
    this.fourth = Math.floor((tag + 1) / 3);
    this.fifth = Math.floor(tag / 3);
  }

  /** What an entry holds besides bits of the anchor's hash. */
  value(fourth: number, fifth: number, position: number): number {
    const tag = (shortHash(fourth, this.fourth) << this.fifth) | shortHash(fifth, this.fifth);
    return (tag << this.position) | position;
  }

  entry(anchor: number, value: number): number {
    return this.anchor === 0 ? value : value | (anchor << (32 - this.anchor));
  }

  /** The tag of entries that agree in everything. */
  tag({ anchor, fourth, fifth }: AnchorKey): number {
    return this.entry(anchor, this.value(fourth, fifth, 0)) >>> this.position;
  }
}

/** The positions of some texts by the three tokens before them. Never changes, but texts are taken out of it. */
export class Segment implements TextHome {
  /** Of texts that were not taken out. */
  liveUnits = 0;
  liveTexts = 0;

  /**
   * @param texts stand one after the other in the segment's positions
   * @param bases where each begins
   * @param starts where each bucket of `entries` begins, and the last one's end; a bucket is the top bits of the anchor's hash
   * @param units length of the texts together
   */
  constructor(
    readonly texts: readonly IndexedText[],
    private readonly bases: Uint32Array,
    private readonly starts: Uint32Array,
    readonly entries: Uint32Array,
    readonly layout: EntryLayout,
    readonly units: number,
  ) {}

  get bytes(): number {
    return this.bases.byteLength + this.starts.byteLength + this.entries.byteLength;
  }

  /** Where the bucket of an anchor's hash begins and ends in `entries`. */
  bucket(anchor: number): { start: number; end: number } {
    const bucket = anchor >>> (Math.clz32(this.starts.length - 1) + 1);
    return { start: this.starts[bucket]!, end: this.starts[bucket + 1]! };
  }

  /** The text that a position lies in, and where in it; undefined if that was taken out. */
  textAt(position: number): { text: IndexedText; at: number } | undefined {
    let [low, high] = [0, this.bases.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.bases[middle]! <= position) low = middle;
      else high = middle;
    }
    const text = this.texts[low]!;
    return text.home === this && text.document !== undefined ? { text, at: position - this.bases[low]! } : undefined;
  }
}
