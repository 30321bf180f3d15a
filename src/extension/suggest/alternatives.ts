import type { SuggestAnswer, SuggestRequest } from './suggester.js';

/** So long after an answer the editor has got it. */
const GOT_MS = 50;

export interface AlternativesParts {
  /** As Suggester.another. */
  readonly another: (request: SuggestRequest, signal: AbortSignal, isAhead: boolean) => Promise<SuggestAnswer>;
  /** Makes the editor ask again when a person wants to see the next one: it asks once at a place otherwise. */
  readonly renew: () => void;
}

/** What a person who asked gets at once, and when the others are known that can be. */
export interface Offered {
  readonly answer: SuggestAnswer;
  /** Resolves once nothing more is asked for here. Never rejects. */
  readonly settled: Promise<void>;
}

/**
 * The first text is shown at once, and the others are asked for while it is read, one after the other. VS Code wants all of them when a
 * person goes to the next one, and it asks only once at a place; so it is made to ask again as long as there may be more.
 */
export class Alternatives {
  /** What the next answer is for: the usual, what is known by now, or a text that is not known yet. */
  private wanted: 'next' | 'first' | 'else' = 'next';
  private asking: { readonly request: SuggestRequest; readonly settled: Promise<void> } | undefined;

  private renewal: NodeJS.Timeout | undefined;
  /** How many keys of a person are being followed, and whether VS Code has to be made to ask again behind them. */
  private following = 0;
  private isRenewalDue = false;

  constructor(private readonly parts: AlternativesParts) {}

  /** VS Code asks, anywhere: it need not be made to do so any more. */
  requested(): void {
    clearTimeout(this.renewal);
    this.isRenewalDue = false;
  }

  /**
   * Answers what a person asks for by the key, while `ask` runs, with what is known by then. VS Code is not made to ask again before that
   * has ended: it would go on to a text that nobody wants to see yet.
   */
  async firstAtOnce(ask: () => Thenable<unknown>): Promise<void> {
    this.wanted = 'first';
    this.following++;
    try {
      await ask();
    } finally {
      this.wanted = 'next';
      if (--this.following === 0 && this.isRenewalDue) this.renewSoon();
    }
  }

  /**
   * Answers with a text that is not known yet, and only with that.
   *
   * @param goOn goes from the text that is shown to the next one; does nothing where none is shown
   * @param ask asks at the cursor
   */
  async somethingElse(goOn: () => Thenable<unknown>, ask: () => Thenable<unknown>): Promise<void> {
    this.wanted = 'else';
    try {
      this.parts.renew();
      await goOn();
      if (this.isElseWanted) {
        await ask();
      }
    } finally {
      this.wanted = 'next';
    }
  }

  /**
   * @param first what is known at the place. Where it was known before, the person has seen it, and waits for another one.
   * @param most texts are wanted
   * @param isAgain VS Code asks anew by itself, in the place of a person: nobody waits for another text
   */
  async offer(
    request: SuggestRequest,
    first: SuggestAnswer,
    most: number,
    signal: AbortSignal,
    isAgain = false,
  ): Promise<Offered> {
    const wanted = isAgain ? 'first' : this.wanted;
    const wasKnown = first.source === 'cache';
    if (wanted === 'else') {
      this.wanted = 'next';
    }
    if (wanted === 'else' && wasKnown) {
      const more = await this.parts.another(request, signal, false);
      this.renewSoon(); // so that going on from there goes through all of them
      return { answer: more.kind === 'suggestions' ? lastOf(more) : more, settled: Promise.resolve() };
    }
    let answer = first;
    let isLast = false;
    if (wanted === 'next' && wasKnown && count(first) < most) {
      const more = await this.parts.another(request, signal, false);
      answer = more.kind === 'suggestions' ? more : first;
      isLast = isNoOther(more);
    }
    if (isLast || signal.aborted || count(answer) >= most) {
      return { answer, settled: Promise.resolve() };
    }
    this.renewSoon();
    return { answer, settled: this.askWhileRead(request, most) };
  }

  private get isElseWanted(): boolean {
    return this.wanted === 'else';
  }

  private renewSoon(): void {
    clearTimeout(this.renewal);
    this.isRenewalDue = this.following > 0;
    if (!this.isRenewalDue) this.renewal = setTimeout(() => this.parts.renew(), GOT_MS).unref();
  }

  private askWhileRead(request: SuggestRequest, most: number): Promise<void> {
    if (this.asking !== undefined && isSamePlace(this.asking.request, request)) {
      return this.asking.settled;
    }
    const settled = this.askAll(request, most);
    const asking = { request, settled };
    this.asking = asking;
    void settled.then(() => {
      if (this.asking === asking) {
        this.asking = undefined;
      }
    });
    return settled;
  }

  private async askAll(request: SuggestRequest, most: number): Promise<void> {
    for (;;) {
      const answer = await this.parts.another(request, NEVER, true);
      if (count(answer) === 0 || count(answer) >= most) {
        return; // there is no other, something else is wanted by now, or these are all
      }
    }
  }
}

const NEVER = new AbortController().signal;

function lastOf(answer: Extract<SuggestAnswer, { kind: 'suggestions' }>): SuggestAnswer {
  return { ...answer, suggestions: answer.suggestions.slice(-1) };
}

function isNoOther(answer: SuggestAnswer): boolean {
  return answer.kind === 'none' && answer.reason === 'low-confidence';
}

function count(answer: SuggestAnswer): number {
  return answer.kind === 'suggestions' ? answer.suggestions.length : 0;
}

function isSamePlace(a: SuggestRequest, b: SuggestRequest): boolean {
  return a.document === b.document && a.context.prefix === b.context.prefix && a.context.suffix === b.context.suffix;
}
