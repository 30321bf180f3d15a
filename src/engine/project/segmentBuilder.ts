import { BucketSort } from './bucketSort.js';
import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, WORD } from './characters.js';
import type { EntryList } from './entryList.js';
import type { IndexedText } from './indexedText.js';
import { EntryLayout, Segment } from './segment.js';
import { anchorHash, LINE_BREAK_HASH, markHash, START_HASH, WORD_FACTOR, WORD_SEED } from './tokenHash.js';

/** Entries to a unit that there is room for at first; few texts have more. */
const ENTRIES = 0.5;
/** Tokens between two looks at the clock. */
const TOKENS = 1000;

/** Makes a segment of texts, a little at a time. */
export class SegmentBuilder {
  private readonly layout: EntryLayout;
  private readonly bases: Uint32Array;
  private readonly units: number;
  /** Where it goes on: in which text, at which unit, and the hashes of the five tokens before. */
  private text = 0;
  private at = 0;
  /** Once all texts are read. */
  private sort: BucketSort | undefined;
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

  /** Goes on until the clock (`performance.now`) shows `until`, and a little over; the segment once it is ready. */
  work(until: number): Segment | undefined {
    while (this.text < this.texts.length) {
      this.readTokens();
      if (performance.now() >= until) return undefined;
    }
    this.sort ??= new BucketSort(this.list, this.layout);
    if (!this.sort.work(until)) return undefined;
    return new Segment(this.texts, this.bases, this.sort.starts, this.sort.entries, this.layout, this.units);
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
    this.list.add(anchorHash(last[0]!, last[1]!, last[2]!), layout.value(last[3]!, last[4]!, position));
  }
}
