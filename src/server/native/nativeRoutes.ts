import { type Context, Hono } from 'hono';
import type { RunControl } from '../../engine/engine.js';
import { SERVER_PROTOCOL } from '../../process/serverProtocol.js';
import { InfillError } from '../../shared/infillError.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import { type GivenOptions, optionsOf } from '../requests/optionsOf.js';
import { readJson } from '../requests/readJson.js';
import { askerOf, type Served, type ServerEnv, takeTurn } from '../service/served.js';
import { answer } from './answer.js';
import { canvasSchema, denoiseSchema, fillSchema, holesSchema, projectSchema } from './nativeRequests.js';

/**
 * `/infill/v1/...`: all that the editor's protocol has. The engine's whole requests are answered as JSON, or step by step where the client
 * accepts events. Texts of a project are kept for the client that gave them, and take part in that one's requests only.
 */
export function nativeRoutes(served: Served): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  const { engine, projects, version } = served;
  const inTurn = <T>(c: Context<ServerEnv>): ((work: () => Promise<T>) => Promise<T>) => {
    return (work) => takeTurn(c, served, work);
  };
  const whole = (options: GivenOptions): ReturnType<typeof optionsOf> => optionsOf(options, engine.recommended);
  app.get('/model', (c) => {
    // Why another device was taken can name files of this machine.
    const model: ModelInfo = { ...engine.info, deviceNote: '' };
    return c.json({ protocol: SERVER_PROTOCOL, version, model });
  });
  app.post('/fill', async (c) => {
    const { options, tell, ...body } = await readJson(c, fillSchema, inTurn(c));
    const request = { ...body, options: whole(options) } as InfillRequest;
    return answer(c, served, tell, (own, run) => own.infill(request, { ...run, drafts: tell === 'drafts' }));
  });
  app.post('/denoise', async (c) => {
    const { options, tell, ...body } = await readJson(c, denoiseSchema, inTurn(c));
    const request = { ...body, options: whole(options) } as DenoiseRequest;
    return answer(c, served, tell, (own, run) => own.denoise(request, run));
  });
  app.post('/canvas', async (c) => {
    const { options, tell, ...body } = await readJson(c, canvasSchema, inTurn(c));
    const request = { ...body, options: whole(options) } as CanvasRequest;
    return answer(c, served, tell, (own, run) => own.canvas(request, run));
  });
  app.post('/holes', async (c) => {
    const { options, tell, ...body } = await readJson(c, holesSchema, inTurn(c));
    const request = { ...body, options: whole(options) } as HolesRequest;
    return answer(c, served, tell, (own, run: RunControl) => own.holes(request, run));
  });
  app.post('/project', async (c) => {
    const client = feederOf(c, served);
    // Its turn is another one than that of the client's requests, none of which it displaces.
    const feeding = { ...client, key: `texts of ${client.key}`, wantsNewest: false };
    const body = await readJson(c, projectSchema, (work) => takeTurn(c, served, work, feeding));
    return c.json({ project: projects.change(client, body as ProjectChange) });
  });
  app.get('/project', (c) => {
    const known = projects.stats(feederOf(c, served));
    if (known !== undefined) return c.json(known);
    return c.json({ project: null, stats: { documents: 0, units: 0, bytes: 0, leftOut: 0, waiting: 0 } });
  });
  return app;
}

/** @throws InfillError where nobody says whose texts these are */
function feederOf(c: Context<ServerEnv>, served: Served): ReturnType<typeof askerOf> {
  const client = askerOf(c, served);
  if (client.wantsNewest) return client;
  throw new InfillError(
    'invalid-request',
    'No client is named, so it is not known whose texts these are.',
    'Send a name that nobody else has in the header "x-infill-client".',
  );
}
