import type { NoneReason } from '../../shared/outcome.js';
import type { Suggestion } from './suggestion.js';
import type { Surroundings } from './typingThrough.js';
import { continueSuggestion } from './typingThrough.js';

/** What a request asked. Equal questions have equal answers: the engine has no hidden randomness. */
export interface Question extends Surroundings {
  /** Stands for the document and all options that change the answer, except the number of alternatives. */
  readonly key: string;
  readonly alternatives: number;
}

export type CachedAnswer =
  | { readonly kind: 'texts'; readonly texts: readonly string[] }
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string };

export type CacheHit =
  | { readonly kind: 'suggestions'; readonly suggestions: readonly Suggestion[] }
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string };

interface Entry {
  readonly question: Question;
  readonly answer: CachedAnswer;
}

/** The latest answers, most recently used last. Also answers while a person types through a suggestion. */
export class SuggestionCache {
  private entries: Entry[] = [];

  /** @param capacity number of answers kept; each holds at most about 16 KB of text. */
  constructor(private readonly capacity = 64) {}

  add(question: Question, answer: CachedAnswer): void {
    this.entries = this.entries.filter((entry) => !sameQuestion(entry.question, question));
    this.entries.push({ question, answer });
    if (this.entries.length > this.capacity) {
      this.entries.shift();
    }
  }

  /** The answer to the same question, or what is left of suggestions that the document has grown into since. */
  find(question: Question): CacheHit | undefined {
    for (const entry of this.entries.toReversed()) {
      if (entry.question.key !== question.key || entry.question.alternatives < question.alternatives) {
        continue;
      }
      const hit = answerFrom(entry, question);
      if (hit !== undefined) {
        this.entries = [...this.entries.filter((each) => each !== entry), entry];
        return hit;
      }
    }
    return undefined;
  }

  clear(): void {
    this.entries = [];
  }
}

function answerFrom({ question: then, answer }: Entry, now: Question): CacheHit | undefined {
  if (answer.kind === 'none') {
    return sameQuestion(then, { ...now, alternatives: then.alternatives }) ? answer : undefined;
  }
  const suggestions = answer.texts.flatMap((text) => continueSuggestion(text, then, now) ?? []);
  return suggestions.length === 0 ? undefined : { kind: 'suggestions', suggestions };
}

function sameQuestion(a: Question, b: Question): boolean {
  return (
    a.key === b.key &&
    a.alternatives === b.alternatives &&
    a.prefixOffset === b.prefixOffset &&
    a.prefix === b.prefix &&
    a.suffix === b.suffix
  );
}
