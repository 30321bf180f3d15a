import { type Context, Hono } from 'hono';
import type { RunControl } from '../../engine/engine.js';
import type { DenoiseRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { RunReport } from '../../shared/outcome.js';
import { answerError } from '../service/answerError.js';
import { optionsOf } from '../requests/optionsOf.js';
import { readJson } from '../requests/readJson.js';
import { sendEvents } from '../service/sendEvents.js';
import { inTurn, type Served, type ServerEnv, takeTurn } from '../service/served.js';
import { denoiseSchema, fillSchema } from './nativeRequests.js';

/** `POST /infill/v1/fill` and `/denoise`: the engine's whole requests, answered as JSON, or step by step where the client accepts events. */
export function nativeRoutes(served: Served): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const { engine } = served;
  app.post('/fill', async (c) => {
    const { options, ...body } = await readJson(c, fillSchema, (work) => takeTurn(c, served, work));
    const request = { ...body, options: optionsOf(options, engine.recommended) } as InfillRequest;
    return answer(c, served, (run) => engine.infill(request, run));
  });
  app.post('/denoise', async (c) => {
    const { options, ...body } = await readJson(c, denoiseSchema, (work) => takeTurn(c, served, work));
    const request: DenoiseRequest = { ...body, options: optionsOf(options, engine.recommended) };
    return answer(c, served, (run) => engine.denoise(request, run));
  });
  return app;
}

async function answer(
  c: Context<ServerEnv>,
  served: Served,
  compute: (run: RunControl) => Promise<{ readonly report: RunReport }>,
): Promise<Response> {
  const accepts = c.req.header('accept') ?? '';
  if (!accepts.includes('text/event-stream')) {
    return c.json(await inTurn(c, served, (signal) => compute({ signal })));
  }
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  let send: (event: string, data: unknown) => Promise<void> = () => Promise.resolve();
  const result = inTurn(c, served, (signal) => {
    begin();
    return compute({ signal, onStep: (trace) => send('step', trace) });
  });
  // What goes wrong before it begins is an error of HTTP's; afterwards it is an event.
  await Promise.race([begun, result]);
  return sendEvents(c, async (stream) => {
    send = (event, data) => stream.writeSSE({ event, data: JSON.stringify(data) });
    try {
      await send('outcome', await result);
    } catch (error) {
      await send('error', answerError(error).body);
    }
  });
}
