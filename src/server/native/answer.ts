import type { Context } from 'hono';
import type { Engine, RunControl } from '../../engine/engine.js';
import { MODEL_HEADER, PROJECT_HEADER } from '../../process/serverProtocol.js';
import type { RunReport } from '../../shared/outcome.js';
import { answerError } from '../service/answerError.js';
import { sendEvents } from '../service/sendEvents.js';
import { askerOf, inTurn, type Served, type ServerEnv } from '../service/served.js';

/** While nothing is to be told, a comment says that the request is still worked on. */
const ALIVE_MS = 5000;

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
  const onStep: RunControl['onStep'] = tell === 'outcome' ? undefined : (trace) => send('step', trace);
  const result = inTurn(c, served, (signal) => {
    begin();
    return compute(engine, { signal, ...(onStep === undefined ? {} : { onStep }) });
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
