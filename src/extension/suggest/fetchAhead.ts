import type { SuggestAnswer } from './suggester.js';

/** Who looks that long at a suggestion reads it. Within that time most go on typing, or take it at once and wait anyway. */
const READ_MS = 200;

/** Less sure suggestions are typed over more often than they are accepted: of those that are right, nearly all are surer than that. */
const LEAST_SHOWN = 0.4;
const LEAST_ASKED_FOR = 0.15;

/** A suggestion that the editor was given. */
export interface ShownSuggestion {
  /** The estimated probability, 0..1, that it is right. */
  readonly confidence: number;
  /** Whether a person asked for it, who then rather accepts than types it. */
  readonly isAskedFor: boolean;
  /** Whether it is still what the cursor stands before, as far as can be told. */
  readonly isStill: () => boolean;
  /** Asks what will be asked once it is accepted; undefined where that did not become known. */
  readonly askOnceAccepted: () => Promise<SuggestAnswer | undefined>;
  /** Asks what will be asked on the next line then, where Enter opens one. */
  readonly askOnNextLine: () => Promise<unknown>;
}

export interface FetchAheadParts {
  /** Whether the computer is to be spared now. */
  readonly isSparing: () => boolean;
}

/**
 * While a suggestion is read, asks for what comes after it: at its end, and where nothing is missing there, on the next line. So accepting
 * it is answered at once. What is asked here costs as much as any request, so it is asked only of what is probably accepted.
 */
export class FetchAhead {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly parts: FetchAheadParts) {}

  /** A suggestion is shown, in the place of the one before. */
  shown(suggestion: ShownSuggestion): void {
    this.nothingShown();
    if (suggestion.confidence < (suggestion.isAskedFor ? LEAST_ASKED_FOR : LEAST_SHOWN) || this.parts.isSparing()) {
      return;
    }
    this.timer = setTimeout(() => void this.fetch(suggestion), READ_MS).unref();
  }

  nothingShown(): void {
    clearTimeout(this.timer);
  }

  private async fetch({ isStill, askOnceAccepted, askOnNextLine }: ShownSuggestion): Promise<void> {
    if (!isStill()) {
      return;
    }
    const answer = await askOnceAccepted();
    if (answer?.kind === 'none' && isStill()) {
      await askOnNextLine();
    }
  }
}
