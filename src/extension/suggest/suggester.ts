import type { InfillError } from '../../shared/infillError.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import {
  type InfillRequest,
  type ListEntry,
  LONGEST_BESIDES,
  MOST_BESIDES,
  type TextContext,
} from '../../shared/infillRequest.js';
import type { RecentEdits } from '../../shared/recentEdit.js';
import { lowConfidence } from '../../shared/lowConfidence.js';
import type { Candidate, FoundSource, InfillOutcome, NoneReason, RunReport, ShownDraft } from '../../shared/outcome.js';
import type { Draft } from '../live/draft.js';
import type { ListedNames } from '../log/requestLog.js';
import type { FoundNames } from '../names/editorNames.js';
import type { Latency } from '../runtime/latency.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { DelaySettings } from '../settings/settings.js';
import { adaptiveDelay, placeWelcome, type TypingRhythm } from './adaptiveDelay.js';
import { RunDrafts } from './runDrafts.js';
import { SharedRun } from './sharedRun.js';
import type { Suggestion } from '../../atCursor/suggestion.js';
import {
  answersAs,
  type Asker,
  type CachedAnswer,
  type CachedText,
  type Question,
  samePlace,
  type SuggestionCache,
} from '../../atCursor/suggestionCache.js';
import type { Refusal } from '../editor/refusePlace.js';

export interface SuggestRequest {
  /** Tells documents apart; suggestions of one are never offered in another. */
  readonly document: string;
  readonly context: TextContext;
  /** `minConfidence` decides only what is shown of an answer, never what is asked. */
  readonly options: InfillOptions;
  /** What was changed lately; it has no part in whether two questions are equal, since it is the same while a person types in a line. */
  readonly recent?: RecentEdits | undefined;
  /** Undefined: a person asked and waits, so there is no delay. */
  readonly delay: DelaySettings | undefined;
  /** The end of the context's prefix that stands in no document yet: the rest of the selected IntelliSense item; '' without one. */
  readonly ahead: string;
  /** The selected IntelliSense item; undefined without one. */
  readonly entry?: ListEntry | undefined;
  /** See Surroundings; empty where there is one cursor. */
  readonly otherCursors: readonly number[];
  /**
   * Asks the editor for names at the cursor; undefined where there is nothing to ask. Called once, when it is clear that the model will be
   * asked; must not reject.
   */
  readonly names?: (() => Promise<FoundNames> | undefined) | undefined;
  /** Why the model is not asked here. What is shown already stands all the same. */
  readonly unwelcome?: Refusal | undefined;
  /** Whether whoever answers now may be told what this was made of; absent = everybody may. Asked before it is sent, and each time that it is. */
  readonly isFit?: (() => boolean) | undefined;
}

export type SuggestAnswer =
  | {
      readonly kind: 'suggestions';
      readonly suggestions: readonly Suggestion[];
      readonly source: 'model' | 'cache';
      readonly confidence?: number;
      /** Where in the project the first one was found; absent where the model wrote it. */
      readonly found?: FoundSource;
      readonly report?: RunReport;
      readonly names?: ListedNames;
    }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      readonly source: 'model' | 'cache' | 'editor';
      readonly report?: RunReport;
      readonly names?: ListedNames;
      /** With the reason `error`. */
      readonly error?: InfillError;
    };

export interface SuggesterParts {
  /**
   * `isAhead`: whether nobody waits for the answer yet. `onDraft` is told what could be shown on the way, from when `drafts` says.
   */
  readonly infill: (
    request: InfillRequest,
    signal: AbortSignal,
    isAhead: () => boolean,
    onDraft: (draft: ShownDraft) => void,
    drafts: true | Promise<void>,
  ) => Promise<InfillOutcome>;
  /** Whether a model is loaded now. `infill` may be called before: it waits for the model. */
  readonly isReady: () => boolean;
  readonly cache: SuggestionCache;
  readonly latency: Latency;
  readonly rhythm: TypingRhythm;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

type NoAnswer = Extract<SuggestAnswer, { kind: 'none' }>;

/** What came of asking the model: an answer, which the cache holds from now on, or why there is none. */
type RunEnd =
  | { readonly kind: 'answered'; readonly report: RunReport; readonly names: ListedNames | undefined }
  | { readonly kind: 'unanswered'; readonly answer: NoAnswer };

interface Run {
  readonly question: Question;
  readonly shared: SharedRun<RunEnd>;
  /** Asked before anybody wanted to know; becomes false when somebody does. */
  isAhead: boolean;
  /** Whether the likeliest text was asked for; how long others take would spoil the figures. */
  readonly isLikeliest: boolean;
  /** What could be shown on the way; nothing before somebody wants to know. */
  readonly drafts: RunDrafts;
  /** Whether somebody wants to know. */
  isWatched: boolean;
  /** Somebody does from now on. */
  readonly beWatched: () => void;
  /** Whether a person asked, who is shown everything, however sure the model is. */
  isAskedFor: boolean;
  /** Whether its answer would hold no more; whoever waits for it asks again. */
  isForgotten: boolean;
  /** Lets the cache know what came of it. */
  readonly remember: (answer: CachedAnswer) => void;
}

/** How a request is asked. */
interface Asking {
  readonly asked?: Promise<FoundNames> | undefined;
  readonly isAhead?: boolean;
  /** Whether it tells what could be shown on the way. */
  readonly hasDrafts?: boolean;
  /** Absent = the likeliest text is wanted, and remembered under the question. */
  readonly other?: { readonly besides: readonly string[]; readonly remember: (answer: CachedAnswer) => void };
}

/** From text around the cursor to suggestions: cache, delay, model. Knows nothing of the editor. */
export class Suggester {
  /** What the model was asked and has not answered yet. */
  private runs: readonly Run[] = [];

  constructor(private readonly parts: SuggesterParts) {}

  /**
   * Never rejects: what goes wrong is the reason `error`.
   *
   * @param onDraft told what could be shown until the answer is there
   */
  async suggest(
    request: SuggestRequest,
    signal: AbortSignal,
    onDraft?: (draft: Draft) => void,
  ): Promise<SuggestAnswer> {
    const { unwelcome } = request;
    const question = questionOf(request);
    const known = this.known(question, request);
    if (unwelcome !== undefined && known?.kind !== 'suggestions' && !this.isTypedAlong(question)) {
      return { kind: 'none', source: 'editor', ...unwelcome };
    }
    if (known !== undefined) {
      return { ...known, source: 'cache' };
    }
    let asked: Promise<FoundNames> | undefined;
    if (this.running(question) === undefined) {
      this.stopAhead(); // the pause is time enough for the model to become free
      asked = request.names?.(); // its time passes during the pause
      await this.pause(request, signal);
    }
    const wasReady = this.parts.isReady();
    if (signal.aborted) {
      return withdrawn('cancelled', true);
    }
    if (request.isFit?.() === false) {
      return withdrawn('cancelled', wasReady);
    }
    const running = this.running(question);
    const run = running ?? this.start(question, request, { asked, hasDrafts: onDraft !== undefined });
    run.isAhead = false;
    run.isAskedFor ||= request.delay === undefined;
    const asker = askerOf({ ...request, ...(run.isAskedFor ? { delay: undefined } : {}) });
    if (onDraft !== undefined) {
      run.beWatched();
    }
    const unwatch = onDraft && run.drafts.watch({ question, asker, onDraft });
    const end = await run.shared.join(signal);
    unwatch?.();
    if (end === undefined) {
      return withdrawn('cancelled', wasReady);
    }
    if (run.isForgotten) {
      return this.suggest(request, signal, onDraft); // the question stands, and somebody else answers it now
    }
    if (end.kind === 'unanswered') {
      return end.answer;
    }
    const answer = this.known(question, request);
    if (answer === undefined && running !== undefined) {
      // It was asked by the editor, and a person asks for more; or it came to something else than was typed meanwhile.
      return this.suggest(request, signal, onDraft);
    }
    const { report, names } = end;
    return { ...(answer ?? NOTHING), source: 'model', report, ...(names === undefined ? {} : { names }) };
  }

  /** Whether a request is under way that will answer this one, which may have been asked before a person typed along with its drafts. */
  isUnderWay(request: SuggestRequest): boolean {
    return this.running(questionOf(request)) !== undefined;
  }

  /** Whether that is one whose drafts a person asked for. */
  goesAlong(request: SuggestRequest): boolean {
    const run = this.running(questionOf(request));
    return run?.isWatched === true && run.isAskedFor;
  }

  /**
   * Asks where the cursor may stand soon, while nobody waits: the answer is known then when somebody asks there. Gives way to every
   * other request.
   *
   * @returns what may be shown there; undefined where that did not become known.
   */
  async askAhead(request: SuggestRequest): Promise<SuggestAnswer | undefined> {
    if (request.unwelcome !== undefined) {
      return undefined;
    }
    const question = questionOf(request);
    const known = this.known(question, request);
    if (known !== undefined) {
      return { ...known, source: 'cache' };
    }
    const running = this.running(question);
    if (running === undefined) {
      this.stopAhead();
    }
    const { shared } = running ?? this.start(question, request, { isAhead: true });
    const end = await shared.join(NEVER);
    return end?.kind === 'answered'
      ? { ...(this.known(question, request) ?? NOTHING), source: 'model', report: end.report }
      : undefined;
  }

  /**
   * Asks for one text more at a place where some are known, one that is not like any of them. `isAhead`: nobody waits for it yet, so it
   * gives way to every other request.
   *
   * @returns all that are known then, or why there is no other
   */
  async another(request: SuggestRequest, signal: AbortSignal, isAhead = false): Promise<SuggestAnswer> {
    const asker = { ...request, delay: undefined };
    const question = questionOf(asker);
    const known = this.known(question, asker);
    if (known?.kind !== 'suggestions' || known.suggestions.length > MOST_BESIDES) {
      return NO_OTHER;
    }
    const besides = known.suggestions.map(({ text }) => text.slice(0, LONGEST_BESIDES));
    const beside = { ...question, key: JSON.stringify([question.key, besides]) };
    if (this.parts.cache.find(beside, { by: 'person' }) !== undefined) {
      return NO_OTHER;
    }
    const remember = (answer: CachedAnswer): void => {
      if (answer.kind === 'texts') {
        answer.texts.forEach((text) => this.parts.cache.extend(question, text));
      } else {
        this.parts.cache.add(beside, answer);
      }
    };
    const running = this.running(beside);
    if (running === undefined) {
      this.stopAhead();
    }
    const run = running ?? this.start(beside, asker, { isAhead, other: { besides, remember } });
    run.isAhead &&= isAhead;
    const end = await run.shared.join(signal);
    if (end === undefined) {
      return withdrawn('cancelled', true);
    }
    if (end.kind === 'unanswered') {
      return end.answer;
    }
    const now = this.known(question, asker);
    return now?.kind === 'suggestions' && now.suggestions.length > known.suggestions.length
      ? { ...now, source: 'model', report: end.report }
      : { ...NO_OTHER, report: end.report };
  }

  /** What was asked ahead and nobody has come to wait for. */
  private stopAhead(): void {
    this.runs.filter(({ isAhead }) => isAhead).forEach(({ shared }) => shared.stop());
  }

  /** Another model answers from now on: what is known and what is under way holds no more. */
  forget(): void {
    this.parts.cache.clear();
    for (const run of this.runs) {
      run.isForgotten = true;
      run.shared.stop();
    }
    this.runs = [];
  }

  /** What may be shown of an answer that is remembered. */
  private known(question: Question, { delay, options, entry }: SuggestRequest): KnownAnswer | undefined {
    const { minConfidence } = options;
    const hit = this.parts.cache.find(question, askerOf({ delay, options }));
    switch (hit?.kind) {
      case 'unsure':
        return { kind: 'none', reason: 'low-confidence', detail: lowConfidence(hit.confidence, minConfidence) };
      case 'unworthy':
        return { kind: 'none', reason: 'not-worth', detail: notWorth(hit) };
      case 'none':
        // That an entry is unlikely does not matter once a person has chosen it.
        return hit.reason === 'unlikely-entry' && entry?.isChosen === true ? undefined : hit;
      default:
        return hit;
    }
  }

  /** Whether drafts of a request under way go on from here. */
  private isTypedAlong(question: Question): boolean {
    return this.running(question)?.drafts.agree(question) ?? false;
  }

  /** A request under way that will answer the question. */
  private running(question: Question): Run | undefined {
    return this.runs.find(
      (run) =>
        !run.shared.isStopped &&
        answersAs(run.question, question) &&
        (samePlace(run.question, question) || run.drafts.agree(question)),
    );
  }

  private start(
    question: Question,
    { context, options, recent, delay, entry }: SuggestRequest,
    { asked, isAhead = false, hasDrafts = false, other }: Asking,
  ): Run {
    const wasReady = this.parts.isReady();
    let tellDrafts = (): void => undefined;
    const watched = new Promise<void>((resolve) => (tellDrafts = resolve));
    const run: Run = {
      question,
      isAhead,
      isLikeliest: other === undefined,
      isAskedFor: delay === undefined,
      isForgotten: false,
      drafts: new RunDrafts(question),
      isWatched: hasDrafts,
      beWatched: () => {
        run.isWatched = true;
        tellDrafts();
      },
      remember: other?.remember ?? ((answer) => this.parts.cache.add(question, answer, delay === undefined)),
      shared: new SharedRun(async (signal) => {
        try {
          const { names, listed } = await this.named(asked);
          const request = {
            context,
            options: { ...options, minConfidence: 0 },
            ...(recent === undefined ? {} : { recent }),
            ...(entry === undefined ? {} : { entry }),
            ...names,
            ...(other === undefined ? {} : { besides: other.besides }),
          };
          const isAsked = delay === undefined;
          const infill = (what: InfillRequest): Promise<InfillOutcome> =>
            this.parts.infill(
              what,
              signal,
              () => run.isAhead,
              (draft) => run.drafts.add(draft),
              hasDrafts ? true : watched,
            );
          const outcome = await infill(request);
          const told = isAsked && other === undefined ? await rather(outcome, request, infill) : outcome;
          return this.ended(run, options, told, wasReady, listed);
        } catch (thrown) {
          return { kind: 'unanswered', answer: failure(thrown, wasReady) };
        } finally {
          this.runs = this.runs.filter((each) => each !== run);
        }
      }),
    };
    this.runs = [...this.runs, run];
    return run;
  }

  /** What a request says of names, and what the log does. */
  private async named(
    asked: Promise<FoundNames> | undefined,
  ): Promise<{ readonly names?: Pick<InfillRequest, 'names'>; readonly listed?: ListedNames }> {
    if (asked === undefined) {
      return {};
    }
    const before = this.parts.now();
    const { names, isLate } = await asked;
    const listed = { count: names.length, waitedMs: this.parts.now() - before, isLate };
    return { listed, ...(names.length === 0 ? {} : { names: { names } }) };
  }

  private async pause({ context, delay, ahead }: SuggestRequest, signal: AbortSignal): Promise<void> {
    if (delay === undefined) {
      return;
    }
    const { rhythm, latency, now, sleep } = this.parts;
    const wanted =
      delay.mode === 'fixed'
        ? delay.milliseconds
        : adaptiveDelay(
            rhythm.interval * (delay.pace ?? 1),
            placeWelcome(context.prefix, context.suffix),
            latency.lastMs ?? 0,
          );
    // Going through the IntelliSense list is no edit, but a key all the same, and it was pressed just now.
    const left = wanted - (ahead === '' ? rhythm.idle(now()) : 0);
    if (left > 0) {
      await sleep(left, signal);
    }
  }

  private ended(
    run: Run,
    options: InfillOptions,
    outcome: InfillOutcome,
    wasReady: boolean,
    names: ListedNames | undefined,
  ): RunEnd {
    const { report } = outcome;
    if (outcome.kind === 'none' && isWithdrawal(outcome.reason)) {
      return { kind: 'unanswered', answer: withdrawn(outcome.reason, wasReady) };
    }
    if (!this.runs.includes(run)) {
      return { kind: 'unanswered', answer: withdrawn('superseded', wasReady) };
    }
    if (!run.isAhead && run.isLikeliest) {
      this.parts.latency.add(options.steps, report);
    }
    run.remember(remembered(outcome));
    return { kind: 'answered', report, names };
  }
}

/** Where there is no other text than those that are known. */
const NO_OTHER: NoAnswer = {
  kind: 'none',
  reason: 'low-confidence',
  detail: 'No other text is likely enough.',
  source: 'cache',
};

const NEVER = new AbortController().signal;

/** For somebody who asked: where the model was not sure enough of any text to write one, what it writes all the same. */
async function rather(
  outcome: InfillOutcome,
  request: InfillRequest,
  infill: (request: InfillRequest) => Promise<InfillOutcome>,
): Promise<InfillOutcome> {
  if (outcome.kind !== 'none' || outcome.reason !== 'low-confidence' || outcome.doubtful !== undefined) {
    return outcome;
  }
  const second = await infill({ ...request, options: { ...request.options, stopBelow: 0, candidates: 1 } });
  const doubtful = second.kind === 'infill' ? second.candidates[0] : second.doubtful;
  return doubtful === undefined ? outcome : { ...outcome, doubtful };
}

/** An answer that agrees with nothing, not even with the place where it was asked for. */
const NOTHING: KnownAnswer = { kind: 'none', reason: 'empty', detail: '' };

type KnownAnswer =
  | {
      readonly kind: 'suggestions';
      readonly suggestions: readonly Suggestion[];
      readonly confidence: number;
      readonly found?: FoundSource;
    }
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string };

function askerOf({ delay, options }: Pick<SuggestRequest, 'delay' | 'options'>): Asker {
  return delay === undefined ? { by: 'person' } : { by: 'editor', minConfidence: options.minConfidence };
}

function questionOf({ document, context, options, ahead, otherCursors }: SuggestRequest): Question {
  // How sure the model must be changes nothing of what it says.
  const { minConfidence: _, ...others } = options;
  const { prefix, prefixOffset, suffix, ...form } = context;
  const key = JSON.stringify([document, others, form]);
  return { key, prefix, prefixOffset, suffix, ahead, otherCursors };
}

function remembered(outcome: InfillOutcome): CachedAnswer {
  if (outcome.kind === 'none') {
    const { reason, detail, doubtful } = outcome;
    return { kind: 'none', reason, detail, ...(doubtful === undefined ? {} : { doubtful: cachedText(doubtful) }) };
  }
  const texts = outcome.candidates.filter(({ text }) => text !== '').map(cachedText);
  return texts.length === 0 ? { kind: 'none', reason: 'empty', detail: '' } : { kind: 'texts', texts };
}

function cachedText({ text, confidence, worth, unasked, source }: Candidate): CachedText {
  return {
    text,
    confidence,
    ...(worth === undefined ? {} : { worth }),
    ...(unasked === undefined ? {} : { unasked }),
    ...(source === undefined ? {} : { source }),
  };
}

function notWorth({ characters, confidence }: { readonly characters: number; readonly confidence: number }): string {
  return `Confidence ${(confidence * 100).toFixed(0)}%, length ${String(characters)}.`;
}

/** Reasons that say nothing about the place. */
type Withdrawal = 'cancelled' | 'superseded' | 'not-ready';

function isWithdrawal(reason: NoneReason): reason is Withdrawal {
  return reason === 'cancelled' || reason === 'superseded' || reason === 'not-ready';
}

function withdrawn(reason: Withdrawal, wasReady: boolean): NoAnswer {
  return { kind: 'none', reason: wasReady ? reason : 'not-ready', detail: '', source: 'editor' };
}

function failure(thrown: unknown, wasReady: boolean): NoAnswer {
  const error = toInfillError(thrown);
  return error.code === 'cancelled'
    ? withdrawn('cancelled', wasReady)
    : { kind: 'none', reason: 'error', detail: error.describe(), source: 'model', error };
}
