import type { InfillError } from '../../shared/infillError.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { InfillRequest, TextContext } from '../../shared/infillRequest.js';
import type { InfillOutcome, NoneReason, RunReport } from '../../shared/outcome.js';
import type { Pace } from '../model/pace.js';
import { toInfillError } from '../model/toInfillError.js';
import type { DelaySettings } from '../settings/settings.js';
import { adaptiveDelay, placeWelcome, type TypingRhythm } from './adaptiveDelay.js';
import type { Suggestion } from './suggestion.js';
import type { Question, SuggestionCache } from './suggestionCache.js';

export interface SuggestRequest {
  /** Tells documents apart; suggestions of one are never offered in another. */
  readonly document: string;
  readonly context: TextContext;
  readonly options: InfillOptions;
  /** Undefined: a person asked and waits, so there is no delay. */
  readonly delay: DelaySettings | undefined;
}

export type SuggestAnswer =
  | {
      readonly kind: 'suggestions';
      readonly suggestions: readonly Suggestion[];
      readonly source: 'model' | 'cache';
      readonly confidence?: number;
      readonly report?: RunReport;
    }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      readonly source: 'model' | 'cache' | 'editor';
      readonly report?: RunReport;
      /** With the reason `error`. */
      readonly error?: InfillError;
    };

export interface SuggesterParts {
  readonly infill: (request: InfillRequest, signal: AbortSignal) => Promise<InfillOutcome>;
  /** Whether a model is loaded now. `infill` may be called before: it waits for the model. */
  readonly isReady: () => boolean;
  readonly cache: SuggestionCache;
  readonly pace: Pace;
  readonly rhythm: TypingRhythm;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** From text around the cursor to suggestions: cache, delay, model. Knows nothing of the editor. */
export class Suggester {
  constructor(private readonly parts: SuggesterParts) {}

  /** Never rejects: what goes wrong is the reason `error`. */
  async suggest(request: SuggestRequest, signal: AbortSignal): Promise<SuggestAnswer> {
    const question = questionOf(request);
    const hit = this.parts.cache.find(question);
    if (hit !== undefined) {
      return { ...hit, source: 'cache' };
    }
    await this.pause(request, signal);
    if (signal.aborted) {
      return { kind: 'none', reason: 'cancelled', detail: '', source: 'editor' };
    }
    const wasReady = this.parts.isReady();
    try {
      const outcome = await this.parts.infill({ context: request.context, options: request.options }, signal);
      return this.answer(question, request.options, outcome, wasReady);
    } catch (thrown) {
      return failure(thrown, wasReady);
    }
  }

  private async pause({ context, delay }: SuggestRequest, signal: AbortSignal): Promise<void> {
    if (delay === undefined) {
      return;
    }
    const { rhythm, pace, now, sleep } = this.parts;
    const wanted =
      delay.mode === 'fixed'
        ? delay.milliseconds
        : adaptiveDelay(rhythm.interval, placeWelcome(context.prefix, context.suffix), pace.lastMs ?? 0);
    const left = wanted - rhythm.idle(now());
    if (left > 0) {
      await sleep(left, signal);
    }
  }

  private answer(question: Question, options: InfillOptions, outcome: InfillOutcome, wasReady: boolean): SuggestAnswer {
    const { report } = outcome;
    if (outcome.kind === 'none') {
      const { reason, detail } = outcome;
      if (reason === 'cancelled' || reason === 'superseded') {
        return { kind: 'none', reason: wasReady ? reason : 'not-ready', detail: '', source: 'editor' };
      }
      this.measure(options, report);
      this.parts.cache.add(question, { kind: 'none', reason, detail });
      return { kind: 'none', reason, detail, source: 'model', report };
    }
    this.measure(options, report);
    const texts = outcome.candidates.map((candidate) => candidate.text).filter((text) => text !== '');
    const confidence = outcome.candidates[0]?.confidence;
    this.parts.cache.add(question, { kind: 'texts', texts });
    return {
      kind: 'suggestions',
      suggestions: texts.map((text) => ({ text, replaceAfter: 0 })),
      source: 'model',
      report,
      ...(confidence === undefined ? {} : { confidence }),
    };
  }

  /** Batches of alternatives take longer, they would spoil the figures. */
  private measure(options: InfillOptions, report: RunReport): void {
    if (options.candidates === 1) {
      this.parts.pace.add(options.steps, report);
    }
  }
}

function questionOf({ document, context, options }: SuggestRequest): Question {
  const { candidates, ...others } = options;
  const { prefix, prefixOffset, suffix, ...form } = context;
  return { key: JSON.stringify([document, others, form]), alternatives: candidates, prefix, prefixOffset, suffix };
}

function failure(thrown: unknown, wasReady: boolean): SuggestAnswer {
  const error = toInfillError(thrown);
  if (error.code === 'cancelled') {
    return { kind: 'none', reason: wasReady ? 'cancelled' : 'not-ready', detail: '', source: 'editor' };
  }
  return { kind: 'none', reason: 'error', detail: error.describe(), source: 'model', error };
}
