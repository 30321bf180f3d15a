import { createParser } from 'eventsource-parser';
import { bodyText } from '../choice/bodyText.js';
import { retryAfterMs } from '../choice/retryAfter.js';
import { HostedFailure } from './forms/hostedFailure.js';

/** How long is waited, in milliseconds. */
export interface HostedPatience {
  /** For the first byte of an answer. */
  readonly answerMs: number;
  /** For each further one. */
  readonly silenceMs: number;
  /** For all of it. */
  readonly totalMs: number;
}

export interface HostedPost {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** '' = none is sent. */
  readonly key: string;
  /** Closes the connection. */
  readonly signal: AbortSignal;
  readonly patience: HostedPatience;
  /** Told the data of each event, where the answer comes as events. */
  readonly onEvent: (data: string) => void;
}

/** Of an answer. The longest one that is asked for has some tens of kilobytes. */
export const MOST_ANSWER_BYTES = 1_000_000;
/** Milliseconds within which a stream ends that has said all. */
const END_MS = 100;
/** Of an answer that is no success, of which only a word is wanted. */
const MOST_REFUSAL_BYTES = 16_384;

/**
 * The one way to a hosted model: one request to the address that a person allowed, and nowhere else. A redirect is not followed, so neither
 * key nor text reaches another host.
 *
 * @returns the JSON of the answer; undefined where it came as events
 * @throws HostedFailure, or the signal's reason
 */
export async function hostedPost({ url, body, key, signal, patience, onEvent }: HostedPost): Promise<unknown> {
  const watch = new Watch(signal, patience);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: body['stream'] === true ? 'text/event-stream, application/json' : 'application/json',
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(body),
      redirect: 'manual',
      credentials: 'omit',
      signal: watch.signal,
    });
    watch.heard();
    if (!response.ok) {
      throw await refusal(response, watch);
    }
    if (/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      await readEvents(response, watch, onEvent);
      return undefined;
    }
    return parsed(await textOf(response, watch, MOST_ANSWER_BYTES));
  } catch (error) {
    throw watch.reason ?? (error instanceof HostedFailure ? error : lost(error));
  } finally {
    watch.end(); // what is still to come is of no interest
  }
}

async function refusal(response: Response, watch: Watch): Promise<HostedFailure> {
  const { status, headers } = response;
  const text = await textOf(response, watch, MOST_REFUSAL_BYTES).catch(() => '');
  return new HostedFailure({ kind: 'status', status, code: codeOf(text), retryAfterMs: retryAfterMs(headers) });
}

/** The provider's word for an error. Its sentences are not taken over: they may repeat the key or the text that was sent. */
function codeOf(text: string): string {
  try {
    const { error } = JSON.parse(text) as {
      readonly error?: { readonly code?: unknown; readonly type?: unknown } | null;
    };
    const word = error?.code ?? error?.type;
    return typeof word === 'string' && /^[a-z][a-z_]{2,40}$/.test(word) ? word : '';
  } catch {
    return ''; // a proxy's page, for example
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HostedFailure({ kind: 'form', what: 'it is no JSON' });
  }
}

async function textOf(response: Response, watch: Watch, most: number): Promise<string> {
  let text = '';
  for await (const piece of pieces(response, watch, most)) {
    text += piece;
  }
  return text;
}

async function readEvents(response: Response, watch: Watch, onEvent: HostedPost['onEvent']): Promise<void> {
  const said = { all: false };
  const parser = createParser({
    onEvent: ({ data }) => {
      said.all ||= data === '[DONE]';
      if (!said.all) onEvent(data);
    },
  });
  try {
    for await (const piece of pieces(response, watch, MOST_ANSWER_BYTES)) {
      parser.feed(piece);
      if (said.all) watch.endSoon(); // its connection can be used again, if it comes to its end
    }
  } catch (error) {
    if (!said.all) throw error;
  }
}

async function* pieces(response: Response, watch: Watch, most: number): AsyncGenerator<string> {
  const tooLarge = (): Error => new HostedFailure({ kind: 'too-large', bytes: most });
  for await (const piece of bodyText(response, most, tooLarge)) {
    watch.heard();
    yield piece;
  }
}

/** fetch says "fetch failed" of all that it meets; its cause knows more. */
function lost(error: unknown): HostedFailure {
  const { cause } = error as { readonly cause?: { readonly code?: unknown } };
  const code = typeof cause?.code === 'string' && /^[A-Z0-9_]{2,40}$/.test(cause.code) ? cause.code : '';
  return new HostedFailure(
    code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || (error as Error).message === 'terminated'
      ? { kind: 'cut' }
      : { kind: 'unreachable', code },
  );
}

/** Ends a request when its caller does, or when nothing is heard for too long. */
class Watch {
  /** What it was ended for. */
  reason: Error | undefined;
  private readonly stop = new AbortController();
  private readonly total: NodeJS.Timeout;
  private silence: NodeJS.Timeout;
  private readonly onAbort = (): void => this.giveUp(this.caller.reason);

  constructor(
    private readonly caller: AbortSignal,
    private readonly patience: HostedPatience,
  ) {
    caller.throwIfAborted();
    caller.addEventListener('abort', this.onAbort, { once: true });
    this.total = this.after(patience.totalMs);
    this.silence = this.after(patience.answerMs);
  }

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  heard(): void {
    clearTimeout(this.silence);
    this.silence = this.after(this.patience.silenceMs);
  }

  /** Nothing is waited for any more but the end. */
  endSoon(): void {
    clearTimeout(this.silence);
    this.silence = this.after(END_MS);
  }

  end(): void {
    clearTimeout(this.total);
    clearTimeout(this.silence);
    this.caller.removeEventListener('abort', this.onAbort);
    this.stop.abort();
  }

  private after(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.giveUp(new HostedFailure({ kind: 'silent', ms })), ms);
  }

  private giveUp(reason: unknown): void {
    this.reason ??= reason instanceof Error ? reason : new Error('Withdrawn.');
    this.stop.abort(this.reason);
  }
}
