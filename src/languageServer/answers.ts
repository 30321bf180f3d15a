import {
  type Asker,
  type CachedAnswer,
  type CachedText,
  type CacheHit,
  type Question,
  samePlace,
  SuggestionCache,
} from '../atCursor/suggestionCache.js';
import { isInsideWord } from '../atCursor/insideWord.js';
import type { Suggestion } from '../atCursor/suggestion.js';
import type { Engine } from '../engine/engine.js';
import type { InfillRequest } from '../shared/infillRequest.js';
import { lowConfidence } from '../shared/lowConfidence.js';
import type { Candidate, InfillOutcome, NoneReason } from '../shared/outcome.js';
import type { Hole } from './hole.js';
import { infillOptions, type ServerOptions } from './serverOptions.js';

/** A place at which a client asks. */
export interface Asked {
  readonly uri: string;
  readonly hole: Hole;
  /** By a person; otherwise by the client while a person types. */
  readonly isAsked: boolean;
}

/** `unanswered`: nothing became known of the place. */
export type Answer =
  | { readonly kind: 'suggestions'; readonly suggestions: readonly Suggestion[] }
  | { readonly kind: 'none' | 'unanswered'; readonly reason: NoneReason; readonly detail: string };

/** What of an engine answers. */
export type Answering = Pick<Engine, 'infill' | 'recommended'>;

interface Run {
  readonly question: Question;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  /** Requests that wait for it. */
  waiting: number;
}

/** Answers requests from what is known, or by the model: of each document the newest one. */
export class Answers {
  private readonly cache = new SuggestionCache();
  private readonly runs = new Map<string, Run>();
  private turn: Promise<void> = Promise.resolve();
  private computing = 0;

  /** @param engine resolves when the model is loaded; undefined where it cannot be */
  constructor(private readonly engine: () => Promise<Answering | undefined>) {}

  /** Whether a request computes or waits for its turn. */
  get isBusy(): boolean {
    return this.computing > 0;
  }

  /** What was answered with other settings, or from other texts, stands no longer. */
  forget(): void {
    this.cache.clear();
  }

  /** Stops what computes, and what waits for its turn. */
  dispose(): void {
    for (const { abort } of this.runs.values()) abort.abort();
  }

  /**
   * @param signal aborted where the client takes the request back
   * @throws InfillError what the engine throws
   */
  async ask(asked: Asked, options: ServerOptions, signal: AbortSignal): Promise<Answer> {
    const { uri, hole, isAsked } = asked;
    const asker: Asker = isAsked ? { by: 'person' } : { by: 'editor', minConfidence: options.minConfidence };
    const question = questionOf(asked, options, isAsked);
    const running = this.runs.get(uri);
    const isSame =
      running?.abort.signal.aborted === false &&
      running.question.key === question.key &&
      samePlace(running.question, question);
    if (!isSame) running?.abort.abort();
    const known = this.cache.find(question, asker);
    if (known !== undefined) return answerOf(known, options);
    const refused = isAsked ? undefined : refusal(hole, options);
    if (refused !== undefined) return refused;
    const engine = await this.engine();
    if (isAborted(signal)) return WITHDRAWN;
    if (engine === undefined)
      return { kind: 'unanswered', reason: 'not-ready', detail: 'The model could not be loaded.' };
    const run = isSame && this.runs.get(uri) === running ? running : this.start(asked, options, question, engine);
    run.waiting++;
    const leave = (): void => {
      if (--run.waiting === 0) run.abort.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      await run.done;
    } finally {
      signal.removeEventListener('abort', leave);
    }
    if (isAborted(signal)) return WITHDRAWN;
    if (run.abort.signal.aborted) return { kind: 'unanswered', reason: 'superseded', detail: 'A newer request came.' };
    const found = this.cache.find(question, asker);
    return found === undefined ? { kind: 'none', reason: 'empty', detail: '' } : answerOf(found, options);
  }

  private start(asked: Asked, options: ServerOptions, question: Question, engine: Answering): Run {
    const { uri, isAsked } = asked;
    this.runs.get(uri)?.abort.abort();
    const abort = new AbortController();
    const done = this.inTurn(async () => {
      if (abort.signal.aborted) return;
      const request = requestOf(asked, options, engine.recommended.steps);
      const infill = (what: InfillRequest): Promise<InfillOutcome> => engine.infill(what, { signal: abort.signal });
      const outcome = await infill(request);
      const told = isAsked ? await rather(outcome, request, infill) : outcome;
      if (isAborted(abort.signal) || (told.kind === 'none' && told.reason === 'cancelled')) return;
      const answer = remembered(told);
      this.cache.add(question, answer, isAsked);
      // Whoever has seen what was asked for types along with it.
      if (isAsked) this.cache.add(questionOf(asked, options, false), answer, true);
    }).finally(() => {
      if (this.runs.get(uri) === run) this.runs.delete(uri);
    });
    done.catch(() => undefined); // told to those who wait for it
    const run: Run = { question, abort, done, waiting: 0 };
    this.runs.set(uri, run);
    return run;
  }

  /** One request computes at a time; those that were taken back meanwhile do not begin. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    this.computing++;
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    try {
      await mine;
    } finally {
      this.computing--;
    }
  }
}

/** Asked anew: it may have come to this while something was waited for. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

const WITHDRAWN: Answer = { kind: 'unanswered', reason: 'cancelled', detail: 'The client took the request back.' };

function questionOf({ uri, hole }: Asked, options: ServerOptions, isAsked: boolean): Question {
  const { context, ahead } = hole;
  const { prefix, prefixOffset, suffix, ...form } = context;
  const { automatic: _, minConfidence: __, candidates, ...others } = options;
  const key = JSON.stringify([uri, form, others, isAsked ? candidates : 'unasked']);
  return { key, prefix, prefixOffset, suffix, ahead };
}

function requestOf({ uri, hole, isAsked }: Asked, options: ServerOptions, steps: number): InfillRequest {
  return {
    context: options.project ? { ...hole.context, uri } : hole.context,
    options: infillOptions(options, steps, isAsked),
    // A client does not say who selected the entry. Somebody who asks means it.
    ...(hole.hasEntry ? { entry: { ahead: hole.ahead.length, isChosen: isAsked } } : {}),
  };
}

/** Where a suggestion that nobody asked for would only disturb. */
function refusal({ context: { prefix, suffix } }: Hole, { automatic }: ServerOptions): Answer | undefined {
  if (!automatic) return { kind: 'none', reason: 'not-asked', detail: 'infill.automatic is off.' };
  if (isInsideWord(prefix, suffix)) {
    return { kind: 'none', reason: 'unsuitable-position', detail: 'The cursor is in the middle of a word.' };
  }
  return prefix.trim() === '' && suffix.trim() === ''
    ? { kind: 'none', reason: 'unsuitable-position', detail: 'The document is empty.' }
    : undefined;
}

/** For somebody who asked: where the model was not sure enough of any text to write one, what it writes all the same. */
async function rather(
  outcome: InfillOutcome,
  request: InfillRequest,
  infill: (request: InfillRequest) => Promise<InfillOutcome>,
): Promise<InfillOutcome> {
  if (outcome.kind !== 'none' || outcome.reason !== 'low-confidence' || outcome.doubtful !== undefined) return outcome;
  const second = await infill({ ...request, options: { ...request.options, stopBelow: 0, candidates: 1 } });
  const doubtful = second.kind === 'infill' ? second.candidates[0] : second.doubtful;
  return doubtful === undefined ? outcome : { ...outcome, doubtful };
}

function remembered(outcome: InfillOutcome): CachedAnswer {
  if (outcome.kind === 'none') {
    const { reason, detail, doubtful } = outcome;
    return { kind: 'none', reason, detail, ...(doubtful === undefined ? {} : { doubtful: textOf(doubtful) }) };
  }
  const texts = outcome.candidates.filter(({ text }) => text !== '').map(textOf);
  return texts.length === 0 ? { kind: 'none', reason: 'empty', detail: '' } : { kind: 'texts', texts };
}

function textOf({ text, confidence, worth, unasked }: Candidate): CachedText {
  return {
    text,
    confidence,
    ...(worth === undefined ? {} : { worth }),
    ...(unasked === undefined ? {} : { unasked }),
  };
}

function answerOf(hit: CacheHit, { minConfidence }: ServerOptions): Answer {
  switch (hit.kind) {
    case 'suggestions':
      return { kind: 'suggestions', suggestions: hit.suggestions };
    case 'none':
      return { kind: 'none', reason: hit.reason, detail: hit.detail };
    case 'unsure':
      return { kind: 'none', reason: 'low-confidence', detail: lowConfidence(hit.confidence, minConfidence) };
    case 'unworthy':
      return {
        kind: 'none',
        reason: 'not-worth',
        detail: `Confidence ${(hit.confidence * 100).toFixed(0)}%, length ${String(hit.characters)}.`,
      };
  }
}
