import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, WORD } from './characters.js';
import type { IndexedText } from './indexedText.js';
import { EntryLayout, Segment } from './segment.js';
import { anchorHash, LINE_BREAK_HASH, markHash, shortHash, START_HASH, WORD_FACTOR, WORD_SEED } from './tokenHash.js';

/** Entries to a bucket on average. */
const BUCKET = 4;
/** Tokens between two looks at the clock. */
const TOKENS = 1000;
/** Milliseconds that the last part of building may take, which is not divided. */
const FINISH = 2;

/** Makes a segment of texts, a little at a time. */
export class SegmentBuilder {
  private readonly layout: EntryLayout;
  private readonly bases: Uint32Array;
  private readonly units: number;
  /** Of each entry: the anchor's hash, and what is kept of it but the anchor's bits. */
  private anchors: Uint32Array;
  private values: Uint32Array;
  private count = 0;
  /** Where it goes on: in which text, at which unit, and the hashes of the five tokens before. */
  private text = 0;
  private at = 0;
  private readonly last = new Int32Array(5).fill(START_HASH);

  constructor(readonly texts: readonly IndexedText[]) {
    this.bases = new Uint32Array(texts.length);
    let units = 0;
    for (const [index, { length }] of texts.entries()) {
      this.bases[index] = units;
      units += length + 1; // the position after its last token is its own too
    }
    this.units = units;
    this.layout = new EntryLayout(units);
    this.anchors = new Uint32Array(units / 2 + 16);
    this.values = new Uint32Array(units / 2 + 16);
  }

  get bytes(): number {
    return this.anchors.byteLength + this.values.byteLength;
  }

  /** Goes on until the clock (`performance.now`) shows `until`, a little over; the segment once it is ready. */
  work(until: number): Segment | undefined {
    const begun = performance.now();
    while (this.text < this.texts.length) {
      this.readTokens();
      if (performance.now() >= until) return undefined;
    }
    const now = performance.now();
    return now + FINISH <= until || now - begun < 1 ? this.finish() : undefined;
  }

  private readTokens(): void {
    const indexed = this.texts[this.text]!;
    const text = indexed.document?.text ?? '';
    const base = this.bases[this.text]!;
    const { last } = this;
    let at = this.at;
    if (at === 0) {
      last.fill(START_HASH);
      this.add(base);
    }
    let isWide = false;
    for (let left = TOKENS; left > 0 && at < text.length;) {
      const unit = text.charCodeAt(at);
      const kind = kindOf(unit);
      if (kind === BLANK) {
        isWide ||= unit > 0xff;
        at++;
        continue;
      }
      let hash: number;
      if (kind === WORD) {
        // `wordHash` in one go with the search for the word's end.
        hash = WORD_SEED;
        let next = unit;
        do {
          hash = Math.imul(hash ^ next, WORD_FACTOR);
          isWide ||= next > 0xff;
          at++;
          if (at === text.length) break;
          next = text.charCodeAt(at);
        } while (kindOf(next) === WORD);
      } else if (kind === LINE_BREAK) {
        hash = LINE_BREAK_HASH;
        at = lineBreakEnd(text, at);
      } else {
        hash = markHash(unit);
        at++;
      }
      last[4] = last[3]!;
      last[3] = last[2]!;
      last[2] = last[1]!;
      last[1] = last[0]!;
      last[0] = hash;
      this.add(base + at);
      left--;
    }
    indexed.isWide ||= isWide;
    this.at = at;
    if (at < text.length) return;
    this.text++;
    this.at = 0;
  }

  private add(position: number): void {
    if (this.count === this.anchors.length) {
      this.anchors = grown(this.anchors);
      this.values = grown(this.values);
    }
    const { last, layout } = this;
    this.anchors[this.count] = anchorHash(last[0]!, last[1]!, last[2]!);
    const tag = (shortHash(last[3]!, layout.fourth) << layout.fifth) | shortHash(last[4]!, layout.fifth);
    this.values[this.count] = (tag << layout.position) | position;
    this.count++;
  }

  /** Sorts the entries into buckets by counting. */
  private finish(): Segment {
    const { count, anchors, values, layout } = this;
    const bits = Math.max(1, Math.floor(Math.log2(Math.max(count, 1) / BUCKET)));
    const shift = 32 - bits;
    const starts = new Uint32Array(2 ** bits + 1);
    for (let i = 0; i < count; i++) starts[(anchors[i]! >>> shift) + 1]!++;
    for (let bucket = 1; bucket < starts.length; bucket++) starts[bucket]! += starts[bucket - 1]!;
    const entries = new Uint32Array(count);
    const next = starts.slice();
    const tagShift = layout.position + layout.fourth + layout.fifth;
    for (let i = 0; i < count; i++) {
      const bucket = anchors[i]! >>> shift;
      entries[next[bucket]!++] = tagShift < 32 ? values[i]! | (anchors[i]! << tagShift) : values[i]!;
    }
    return new Segment(this.texts, this.bases, starts, entries, layout, this.units);
  }
}

function grown(array: Uint32Array): Uint32Array {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
