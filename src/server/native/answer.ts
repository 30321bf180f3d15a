import type { Context } from 'hono';
import type { Engine, RunControl } from '../../engine/engine.js';
import { MODEL_HEADER, PROJECT_HEADER } from '../../process/serverProtocol.js';
import { InfillError } from '../../shared/infillError.js';
import type { RunReport } from '../../shared/outcome.js';
import { answerError } from '../service/answerError.js';
import { sendEvents } from '../service/sendEvents.js';
import { askerOf, inTurn, type Served, type ServerEnv } from '../service/served.js';

/** While nothing is to be told, a comment says that the request is still worked on. */
const ALIVE_MS = 5000;
/** How long a run waits in all for a client that does not read its steps. The run has the turn, and others wait too. */
const UNREAD_MS = 2000;

type Outcome = { readonly report: RunReport } | readonly { readonly report: RunReport }[];

/**
 * Answers a whole request: as JSON, or step by step where the client accepts events. What goes wrong before the computing begins is an error of
 * HTTP's; afterwards it is an event.
 *
 * @param tell what is told before the outcome
 * @param compute with the texts that the client has given
 * @throws NoTurnError, InfillError
 */
export async function answer(
  c: Context<ServerEnv>,
  served: Served,
  tell: 'outcome' | 'steps' | 'drafts',
  compute: (engine: Engine, run: RunControl) => Promise<Outcome>,
): Promise<Response> {
  const { engine, id = 'none' } = served.projects.of(askerOf(c, served));
  const { name, version } = engine.info;
  c.header(MODEL_HEADER, encodeURIComponent(`${name} ${version}`));
  c.header(PROJECT_HEADER, id);
  const accepts = c.req.header('accept') ?? '';
  if (!accepts.includes('text/event-stream')) {
    return c.json(await inTurn(c, served, (signal) => compute(engine, { signal })));
  }
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let send: (event: string, data: unknown) => Promise<void> = () => Promise.resolve();
  const unread = new AbortController();
  let left = UNREAD_MS;
  const onStep: RunControl['onStep'] =
    tell === 'outcome'
      ? undefined
      : async (trace) => {
          const begunAt = performance.now();
          const isRead = await isDoneWithin(left, send('step', trace));
          left = isRead ? left - (performance.now() - begunAt) : 0; // a timer may be early by the clock
          if (left <= 0) unread.abort();
        };
  const result = inTurn(c, served, async (signal) => {
    begin();
    const ends = AbortSignal.any([signal, unread.signal]);
    const outcome = await compute(engine, { signal: ends, ...(onStep === undefined ? {} : { onStep }) });
    if (unread.signal.aborted) throw new InfillError('cancelled', 'Nobody reads the steps.', 'Read them as they come.');
    return outcome;
  });
  await Promise.race([begun, result]);
  return sendEvents(c, async (stream) => {
    send = (event, data) => stream.writeSSE({ event, data: JSON.stringify(data) });
    const alive = setInterval(() => void stream.write(': still at it\n\n'), ALIVE_MS);
    try {
      await send('outcome', await result);
    } catch (error) {
      await send('error', answerError(error).body);
    } finally {
      clearInterval(alive);
    }
  });
}

/** Whether `done` resolves within so many milliseconds; resolves as soon as that is known. */
async function isDoneWithin(ms: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), Math.max(0, ms))));
  const isDone = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return isDone;
}
