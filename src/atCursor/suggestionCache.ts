import type { FoundSource, NoneReason, UnaskedText } from '../shared/outcome.js';
import type { Suggestion } from './suggestion.js';
import { positionOf, type Surroundings } from './severalCursors.js';
import { continueSuggestion } from './typingThrough.js';

/** What a request asked. Equal questions have equal answers: the engine has no hidden randomness. */
export interface Question extends Surroundings {
  /** Stands for the document and all options that change the answer. */
  readonly key: string;
  /**
   * The end of the prefix that stands in no document yet: the rest of the IntelliSense item that is selected. Shown with it, a
   * suggestion also stands without it. Absent without one.
   */
  readonly ahead?: string;
}

export interface CachedText {
  readonly text: string;
  readonly confidence: number;
  /** See `Candidate`, like `unasked`. */
  readonly worth?: number;
  readonly unasked?: UnaskedText;
  readonly source?: FoundSource;
}

export type CachedAnswer =
  | { readonly kind: 'texts'; readonly texts: readonly CachedText[] }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      /** A text for a person all the same. */
      readonly doubtful?: CachedText;
    };

/**
 * Who asks now. A person is given the likeliest text as a whole; of an answer that nobody asked for only what is worth a look is shown,
 * and only where the model is sure enough.
 */
export type Asker = { readonly by: 'person' } | { readonly by: 'editor'; readonly minConfidence: number };

/** `unsure`, `unworthy`: an answer that may not be shown to who asks, with the numbers of its first text. */
export type CacheHit =
  | {
      readonly kind: 'suggestions';
      readonly suggestions: readonly Suggestion[];
      readonly confidence: number;
      /** Where in the project the first one was found; absent where the model wrote it. */
      readonly found?: FoundSource;
    }
  | { readonly kind: 'unsure'; readonly confidence: number }
  | { readonly kind: 'unworthy'; readonly confidence: number; readonly characters: number }
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string };

interface Entry {
  readonly question: Question;
  readonly answer: CachedAnswer;
  /** A person has asked for this answer, and has seen it: it stands, however sure the model was. */
  readonly askedFor: boolean;
}

/** The latest answers, most recently used last. Also answers while a person types through a suggestion. */
export class SuggestionCache {
  private entries: Entry[] = [];

  /** @param capacity number of answers kept; each holds at most about 16 KB of text. */
  constructor(private readonly capacity = 64) {}

  /** @param askedFor whether a person waits for the answer. */
  add(question: Question, answer: CachedAnswer, askedFor = false): void {
    this.entries = this.entries.filter((entry) => !sameQuestion(entry.question, question));
    this.entries.push({ question, answer, askedFor });
    if (this.entries.length > this.capacity) {
      this.entries.shift();
    }
  }

  /**
   * Adds a text to those that are known at a place, at their end. Where they are what is left of a suggestion that was asked for elsewhere,
   * they are known here from now on.
   */
  extend(question: Question, text: CachedText): void {
    const here = this.entries.findLast(
      (entry) => answersAs(entry.question, question) && leftOf(entry, question).length > 0,
    );
    if (here === undefined) {
      return; // forgotten meanwhile, as after a change of settings: it is an alternative to nothing
    }
    const left = leftOf(here, question);
    // What the editor has closed by itself meanwhile is closed at that other place only.
    const known = left.every(({ suggestion }) => suggestion.replaceAfter === 0) ? left.map(({ text: own }) => own) : [];
    this.add(question, { kind: 'texts', texts: [...known, text] });
    this.entries = this.entries.map((entry) =>
      sameQuestion(entry.question, question) ? { ...entry, askedFor: true } : entry,
    );
  }

  /** The answer to the same question, or what is left of suggestions that the document has grown into since. */
  find(question: Question, asker: Asker): CacheHit | undefined {
    for (const entry of this.entries.toReversed()) {
      if (!answersAs(entry.question, question)) {
        continue;
      }
      const hit = answerFrom(entry, question, asker);
      if (hit !== undefined) {
        const used = { ...entry, askedFor: entry.askedFor || asker.by === 'person' };
        this.entries = [...this.entries.filter((each) => each !== entry), used];
        return hit;
      }
    }
    return undefined;
  }

  clear(): void {
    this.entries = [];
  }

  /** Forgets where nothing was suggested; texts, which a person may be typing, stand. */
  clearNothing(): void {
    this.entries = this.entries.filter(
      ({ answer, askedFor }) => answer.kind !== 'none' || (askedFor && answer.doubtful !== undefined),
    );
  }
}

/** Whether an answer to `then` may answer `now`, wherever it was asked. */
export function answersAs(then: Question, now: Question): boolean {
  return then.key === now.key;
}

export function samePlace(a: Surroundings, b: Surroundings): boolean {
  return a.prefixOffset === b.prefixOffset && a.prefix === b.prefix && a.suffix === b.suffix;
}

function sameQuestion(a: Question, b: Question): boolean {
  return a.key === b.key && samePlace(a, b);
}

function answerFrom({ question: then, answer, askedFor }: Entry, now: Question, asker: Asker): CacheHit | undefined {
  const forPerson = askedFor || asker.by === 'person';
  if (answer.kind === 'none' && (answer.doubtful === undefined || !forPerson)) {
    const { reason, detail } = answer;
    // For who asks more is tried, see `rather`.
    if (reason === 'low-confidence' && asker.by === 'person' && !askedFor) {
      return undefined;
    }
    // The same text may stand in the document: then nothing is selected.
    if (reason === 'unlikely-entry' && (then.ahead ?? '') !== (now.ahead ?? '')) {
      return undefined;
    }
    return samePlace(then, now) ? { kind: 'none', reason, detail } : undefined;
  }
  const texts = textsOf(answer);
  const welcome = texts.flatMap((text) => welcomeTo(text, forPerson ? { by: 'person' } : asker) ?? []);
  const { ahead = '' } = then;
  // Who asks where the list is closed, or has another item selected, has not taken the one with which this text was shown.
  const isTaken = ahead === (now.ahead ?? '') || positionOf(now) >= positionOf(then);
  if (asker.by === 'person' && !isTaken) {
    return undefined;
  }
  const inDocument = { ...then, prefix: then.prefix.slice(0, then.prefix.length - ahead.length) };
  const left = welcome.flatMap(({ text, confidence, source }) => {
    const suggestion = continueSuggestion(ahead + text, inDocument, now);
    return suggestion === undefined ? [] : [{ suggestion, confidence, found: source }];
  });
  const [first] = left;
  if (first !== undefined) {
    const suggestions = left.map(({ suggestion }) => suggestion);
    const { confidence, found } = first;
    return { kind: 'suggestions', suggestions, confidence, ...(found === undefined ? {} : { found }) };
  }
  const [best] = texts;
  // Further on the model knows more than it did here.
  if (best === undefined || welcome.length > 0 || asker.by === 'person' || !samePlace(then, now)) {
    return undefined;
  }
  const { text, confidence } = unaskedOf(best);
  return confidence < asker.minConfidence
    ? { kind: 'unsure', confidence }
    : { kind: 'unworthy', confidence, characters: text.length };
}

function textsOf(answer: CachedAnswer): readonly CachedText[] {
  if (answer.kind === 'texts') {
    return answer.texts;
  }
  return answer.doubtful === undefined ? [] : [answer.doubtful];
}

/** What is left at a place of the texts of an answer, whoever asks. */
function leftOf(
  { question: then, answer }: Entry,
  now: Question,
): readonly { readonly suggestion: Suggestion; readonly text: CachedText }[] {
  const { ahead = '' } = then;
  const inDocument = { ...then, prefix: then.prefix.slice(0, then.prefix.length - ahead.length) };
  return textsOf(answer).flatMap(({ unasked, worth, ...own }) => {
    const suggestion = continueSuggestion(ahead + own.text, inDocument, now);
    if (suggestion === undefined) return [];
    const isWhole = suggestion.text === own.text;
    const asBefore = { ...(unasked === undefined ? {} : { unasked }), ...(worth === undefined ? {} : { worth }) };
    return [{ suggestion, text: { ...own, text: suggestion.text, ...(isWhole ? asBefore : {}) } }];
  });
}

/** What of a text may be shown to who asks; undefined for nothing. */
export function welcomeTo(text: CachedText, asker: Asker): ShownText | undefined {
  if (asker.by === 'person') return text;
  const unasked = unaskedOf(text);
  return isWorthShowing(unasked, asker.minConfidence) ? unasked : undefined;
}

type ShownText = Omit<CachedText, 'unasked'>;

/** What of a text may be shown to somebody who did not ask. */
function unaskedOf({ unasked, ...whole }: CachedText): ShownText {
  return unasked ?? whole;
}

/** Whether a text may be shown that nobody asked for. */
function isWorthShowing({ confidence, worth }: ShownText, minConfidence: number): boolean {
  return confidence >= minConfidence && (worth === undefined || worth > 0);
}
