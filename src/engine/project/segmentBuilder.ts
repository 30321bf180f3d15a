import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, WORD } from './characters.js';
import type { EntryList } from './entryList.js';
import type { IndexedText } from './indexedText.js';
import { EntryLayout, Segment } from './segment.js';
import { anchorHash, LINE_BREAK_HASH, markHash, shortHash, START_HASH, WORD_FACTOR, WORD_SEED } from './tokenHash.js';

/** Entries to a bucket on average. */
const BUCKET = 4;
/** Entries to a unit that there is room for at first; few texts have more. */
const ENTRIES = 0.5;
/** Tokens between two looks at the clock. */
const TOKENS = 1000;
/** Milliseconds that the last part of building may take, which is not divided. */
const FINISH = 2;

/** Makes a segment of texts, a little at a time. */
export class SegmentBuilder {
  private readonly layout: EntryLayout;
  private readonly bases: Uint32Array;
  private readonly units: number;
  /** Where it goes on: in which text, at which unit, and the hashes of the five tokens before. */
  private text = 0;
  private at = 0;
  private readonly last = new Int32Array(5).fill(START_HASH);

  /** @param list what is written down meanwhile; it belongs to one builder at a time */
  constructor(
    readonly texts: readonly IndexedText[],
    private readonly list: EntryList,
  ) {
    this.bases = new Uint32Array(texts.length);
    let units = 0;
    for (const [index, { length }] of texts.entries()) {
      this.bases[index] = units;
      units += length + 1; // the position after its last token is its own too
    }
    this.units = units;
    this.layout = new EntryLayout(units);
    list.reset(Math.ceil(units * ENTRIES));
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
    const { last, layout } = this;
    const tag = (shortHash(last[3]!, layout.fourth) << layout.fifth) | shortHash(last[4]!, layout.fifth);
    this.list.add(anchorHash(last[0]!, last[1]!, last[2]!), (tag << layout.position) | position);
  }

  /** Sorts the entries into buckets by counting. */
  private finish(): Segment {
    const { list, layout } = this;
    const { count, anchors, values } = list;
    const bits = Math.max(1, Math.floor(Math.log2(count / BUCKET)));
    const shift = 32 - bits;
    const starts = new Uint32Array(2 ** bits + 1);
    for (let i = 0; i < count; i++) starts[anchors[i]! >>> shift]!++;
    // Where each bucket ends, which filling it from the back makes its start.
    let sum = 0;
    for (let bucket = 0; bucket < starts.length; bucket++) starts[bucket] = sum += starts[bucket]!;
    const entries = new Uint32Array(count);
    const tagShift = layout.position + layout.fourth + layout.fifth;
    for (let i = count - 1; i >= 0; i--) {
      const anchor = anchors[i]!;
      const bucket = anchor >>> shift;
      const at = starts[bucket]! - 1;
      starts[bucket] = at;
      entries[at] = tagShift < 32 ? values[i]! | (anchor << tagShift) : values[i]!;
    }
    return new Segment(this.texts, this.bases, starts, entries, layout, this.units);
  }
}
