import type { Span } from '../../../shared/infillRequest.js';

/** Names and numbers, single characters of other kinds, and line breaks; other blanks tell nothing. */
const WORDS = /[\p{L}\p{N}_]+|\n|[^\s\p{L}\p{N}_]/gu;
/** Words on a side that are compared. */
const MOST_ALIKE = 6;

/** Of the places in a document where some words stand, the one whose neighbours are most alike to those of another place: how many are equal. */
export interface Likeness {
  readonly left: number;
  readonly right: number;
}

const UNLIKE: Likeness = { left: 0, right: 0 };

/** The words of a document, with the places of each. */
export class DocumentWords {
  readonly #words: readonly string[];
  /** Where each word starts and ends, UTF-16 units. */
  readonly #spans: readonly Span[];
  readonly #places = new Map<string, number[]>();

  constructor(document: string) {
    const found = [...document.matchAll(WORDS)];
    this.#words = found.map(([word]) => word);
    this.#spans = found.map(({ index, 0: word }) => ({ start: index, end: index + word.length }));
    for (const [place, word] of this.#words.entries()) {
      const places = this.#places.get(word);
      if (places === undefined) this.#places.set(word, [place]);
      else places.push(place);
    }
  }

  /** How often a word stands there. */
  times(word: string): number {
    return this.#places.get(word)?.length ?? 0;
  }

  /** How alike other places with the words of `text` are to `span`, as if `text` stood in it. */
  likeness(text: string, span: Span): Likeness {
    const own = text.match(WORDS) ?? [];
    const [first] = own;
    if (first === undefined) return UNLIKE;
    const hole = { start: this.#firstAt(span.start), end: this.#firstAt(span.end) };
    const total = ({ left, right }: Likeness): number => left + right;
    let best = UNLIKE;
    for (const place of this.#places.get(first) ?? []) {
      const end = place + own.length;
      if (place < hole.end && hole.start < end) continue;
      if (own.some((word, i) => this.#words[place + i] !== word)) continue;
      // What stands on the other side of the span is not next to it.
      const isOwnSide = (at: number): boolean => (place < hole.start ? at < hole.start : at >= hole.end);
      const isEqual = (at: number, other: number): boolean =>
        isOwnSide(at) && this.#words[at] !== undefined && this.#words[at] === this.#words[other];
      let [left, right] = [0, 0];
      while (left < MOST_ALIKE && isEqual(place - 1 - left, hole.start - 1 - left)) left++;
      while (right < MOST_ALIKE && isEqual(end + right, hole.end + right)) right++;
      if (left + right > total(best)) best = { left, right };
    }
    return best;
  }

  /** The first word that ends behind an offset. */
  #firstAt(offset: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#spans[middle]!.end > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
