import { createParser } from 'eventsource-parser';
import type * as z from 'zod';
import { CLIENT_HEADER, MODEL_HEADER, PROJECT_HEADER } from '../../process/serverProtocol.js';
import type { StepTrace } from '../../shared/outcome.js';
import { bodyText } from '../choice/bodyText.js';
import type * as answers from './answers.js';
import type { ServerAddress } from './serverAddress.js';
import { asFault, connectionFault, isStale, notAsAgreed, refusal, unreachable } from './serverFault.js';

export interface ConnectionOptions {
  readonly address: ServerAddress;
  /** Tells this window from others: of its requests only the newest is wanted, and its texts are its own. */
  readonly client: string;
  /** '' = none. */
  readonly token: () => Promise<string>;
  readonly patience?: ServerPatience;
}

/** When a server counts as gone, milliseconds. */
export interface ServerPatience {
  /** Nothing came for so long: it is looked whether the server still answers. */
  readonly silentMs: number;
  /** How long that, and all that is answered at once, may take. */
  readonly answerMs: number;
}

const PATIENCE: ServerPatience = { silentMs: 5000, answerMs: 10_000 };
/** What takes its turn there may take so many times as long as what is answered at once, as long as the server is there. */
const TURN = 4;
/** Bytes of an answer, events included: more is a mistake. Of one event, because it is read at once, and of what is answered at once. */
const LARGEST_ANSWER = 64 * 2 ** 20;
const LARGEST_EVENT = 16 * 2 ** 20;
const LARGEST_WORD = 2 ** 20;
/** Milliseconds within which a stream ends that has said all. */
const END_MS = 500;

/** What came with an answer besides. */
export interface Answered<T> {
  readonly value: T;
  /** As the headers say: which model it was, and by which texts; undefined where they do not. */
  readonly model: string | undefined;
  readonly project: string | undefined;
}

/**
 * Asks a server by `fetch`, which keeps connections, and which VS Code sends through its proxy and gives the system's certificates. Redirects
 * are not followed, so that texts and token reach nobody else.
 */
export class ServerConnection {
  readonly #patience: ServerPatience;

  constructor(private readonly options: ConnectionOptions) {
    this.#patience = options.patience ?? PATIENCE;
  }

  /** Of the server, as people are told it. */
  get name(): string {
    return this.options.address.name;
  }

  /**
   * Asks for what is answered at once, or after its turn where something is sent.
   *
   * @param body absent = a GET
   * @throws InfillError, BusyServer, or the signal's reason
   */
  async ask<T>(path: string, form: Form<T>, signal: AbortSignal, body?: object): Promise<T> {
    const { name } = this.options.address;
    const late = AbortSignal.timeout(this.#patience.answerMs * (body === undefined ? 1 : TURN));
    const gone = new AbortController();
    const silence = body === undefined ? undefined : this.#watchSilence(gone);
    try {
      const ends = AbortSignal.any([signal, late, gone.signal]);
      const response = await this.#send(path, body, 'application/json', ends);
      return parsed(name, form(await forms()), await textOf(name, response));
    } catch (thrown) {
      signal.throwIfAborted();
      if (gone.signal.aborted) throw gone.signal.reason;
      if (late.aborted) throw unreachable(name, 'it does not answer');
      throw asFault(name, thrown);
    } finally {
      silence?.end();
    }
  }

  /**
   * Asks for what takes its time, and may take as long as the server is there.
   *
   * @param onStep told of each event before the outcome
   * @throws InfillError, BusyServer, SupersededThere, or the signal's reason
   */
  async run<T>(
    path: string,
    body: object,
    form: Form<T>,
    { signal, onStep }: { readonly signal: AbortSignal; readonly onStep: (trace: StepTrace) => void },
  ): Promise<Answered<T>> {
    const { name } = this.options.address;
    const gone = new AbortController();
    const silence = this.#watchSilence(gone);
    try {
      const response = await this.#send(path, body, 'text/event-stream', AbortSignal.any([signal, gone.signal]));
      silence.heard();
      const known = await forms();
      const told = {
        onStep: (data: string) => onStep(parsed(name, known.stepEvent, data)),
        heard: silence.heard,
        leave: () => gone.abort(new Error('The answer is there.')),
      };
      const outcome = await outcomeOf(name, response, told);
      const model = response.headers.get(MODEL_HEADER) ?? undefined;
      const project = response.headers.get(PROJECT_HEADER) ?? undefined;
      return { value: parsed(name, form(known), outcome), model, project };
    } catch (thrown) {
      signal.throwIfAborted();
      if (gone.signal.aborted) throw gone.signal.reason;
      throw asFault(name, thrown);
    } finally {
      silence.end();
    }
  }

  async #send(path: string, body: object | undefined, accept: string, signal: AbortSignal): Promise<Response> {
    const { address, client, token } = this.options;
    const secret = await token();
    const init: RequestInit = {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept,
        [CLIENT_HEADER]: client,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(secret === '' ? {} : { authorization: `Bearer ${secret}` }),
      },
      redirect: 'manual',
      credentials: 'omit',
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    const url = `${address.base}/infill/v1/${path}`;
    const response = await fetch(url, init).catch((thrown: unknown) => {
      // One that was kept for too long was closed meanwhile. No request changes anything that a second one would not.
      if (isStale(thrown) && !signal.aborted) return fetch(url, init);
      throw thrown;
    });
    if (response.status === 200) return response;
    const text = await textOf(address.name, response).catch(() => '');
    throw refusal(address.name, response, (await forms()).errorBody(text));
  }

  /** Where nothing comes for a while, it is looked whether the server is still there. */
  #watchSilence(gone: AbortController): { readonly heard: () => void; readonly end: () => void } {
    const { silentMs, answerMs } = this.#patience;
    const { base, name } = this.options.address;
    let heardAt = performance.now();
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking || performance.now() - heardAt < silentMs) return;
      isLooking = true;
      try {
        const response = await fetch(`${base}/health`, {
          redirect: 'manual',
          signal: AbortSignal.any([gone.signal, AbortSignal.timeout(answerMs)]),
        });
        await response.body?.cancel();
        heardAt = performance.now();
      } catch (thrown) {
        const isLate = thrown instanceof Error && thrown.name === 'TimeoutError';
        gone.abort(isLate ? unreachable(name, 'it does not answer any more') : connectionFault(name, thrown));
      } finally {
        isLooking = false;
      }
    };
    const timer = setInterval(() => void look(), silentMs / 2);
    return {
      heard: () => (heardAt = performance.now()),
      end: () => {
        clearInterval(timer);
        gone.abort(new Error('The answer is there.'));
      },
    };
  }
}

/** What answers have to be, as `answers.ts` says. */
export type Form<T> = (forms: Forms) => z.ZodType<T>;
type Forms = typeof answers;

/** Only here, so that windows that ask no server do not load what checks its answers. */
function forms(): Promise<Forms> {
  return import('./answers.js');
}

/** What stands in the event `outcome`. */
async function outcomeOf(
  name: string,
  response: Response,
  {
    onStep,
    heard,
    leave,
  }: { readonly onStep: (data: string) => void; readonly heard: () => void; readonly leave: () => void },
): Promise<string> {
  if (!/^text\/event-stream\b/iu.test(response.headers.get('content-type') ?? '') || response.body === null) {
    await response.body?.cancel();
    throw notAsAgreed(name, 'it sends no events');
  }
  let outcome: string | undefined;
  let failed: string | undefined;
  let ending: NodeJS.Timeout | undefined;
  const parser = createParser({
    maxBufferSize: LARGEST_EVENT,
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') throw notAsAgreed(name, 'an event does not end');
    },
    onEvent: ({ event, data }) => {
      if (ending !== undefined) return;
      if (event === 'step') {
        onStep(data);
        return;
      }
      if (event === 'outcome') outcome = data;
      else if (event === 'error') failed = data;
      else return;
      ending = setTimeout(leave, END_MS);
    },
  });
  try {
    // The stream is read to its end, so that its connection can be used again. It need not come to one.
    for await (const part of decoded(name, response)) {
      heard();
      parser.feed(part);
    }
  } catch (thrown) {
    if (ending === undefined) throw thrown;
  } finally {
    clearTimeout(ending);
  }
  if (failed !== undefined) throw refusal(name, new Response(null, { status: 500 }), (await forms()).errorBody(failed));
  if (outcome !== undefined) return outcome;
  throw unreachable(name, 'the answer breaks off');
}

async function textOf(name: string, response: Response): Promise<string> {
  let text = '';
  for await (const part of decoded(name, response, LARGEST_WORD)) text += part;
  return text;
}

/** A body in pieces, as long as it is of any sensible size. */
function decoded(name: string, response: Response, most = LARGEST_ANSWER): AsyncGenerator<string> {
  return bodyText(response, most, () => notAsAgreed(name, 'the answer does not end'));
}

/** @throws InfillError that names what is wrong with an answer */
function parsed<T>(name: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAsAgreed(name, 'what it sends is no JSON');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw notAsAgreed(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}
