import type { KnownAnswer, SuggestRequest } from './suggester.js';

/** Who looks that long at a suggestion reads it. Within that time most go on typing, or take it at once and wait anyway. */
const READ_MS = 200;

/** A suggestion that the editor was given. */
export interface ShownSuggestion {
  /** The estimated probability, 0..1, that it is right. */
  readonly confidence: number;
  /** Whether it is still what the cursor stands before, as far as can be told. */
  readonly isStill: () => boolean;
  /** What will be asked once it is accepted, and then, where the editor would open a line, after Enter. */
  readonly onceAccepted: () => SuggestRequest;
  readonly onNextLine: () => SuggestRequest | undefined;
}

export interface FetchAheadParts {
  /** As Suggester.askAhead. */
  readonly ask: (request: SuggestRequest) => Promise<KnownAnswer | undefined>;
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
    if (suggestion.confidence < LEAST_CONFIDENCE || this.parts.isSparing()) {
      return;
    }
    this.timer = setTimeout(() => void this.fetch(suggestion), READ_MS).unref();
  }

  nothingShown(): void {
    clearTimeout(this.timer);
  }

  private async fetch({ isStill, onceAccepted, onNextLine }: ShownSuggestion): Promise<void> {
    if (!isStill()) {
      return;
    }
    const answer = await this.parts.ask(onceAccepted());
    if (answer?.kind !== 'none' || !isStill()) {
      return; // it is shown at once, or something else is wanted by now
    }
    const request = onNextLine();
    if (request !== undefined) {
      await this.parts.ask(request);
    }
  }
}

/** Less sure suggestions are typed over more often than they are accepted. */
const LEAST_CONFIDENCE = 0.3;
