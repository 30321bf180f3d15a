import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { answerError, bodyOf } from './service/answerError.js';
import { llamaRoutes } from './llama/llamaRoutes.js';
import { nativeRoutes } from './native/nativeRoutes.js';
import { openaiRoutes } from './openai/completions.js';
import { openApi } from './openApi.js';
import { largeBodies } from './service/largeBodies.js';
import type { Served, ServerEnv } from './service/served.js';
import { isLoopback } from '../process/isLoopback.js';
import type { ServerOptions } from './service/serverOptions.js';
import { NoTurnError } from './turns/fairTurns.js';

/** Routes by which requests are counted; all others are one. */
const ROUTES = [
  '/v1/completions',
  '/v1/models',
  '/infill',
  '/props',
  '/health',
  '/metrics',
  '/openapi.json',
  '/infill/v1/fill',
  '/infill/v1/denoise',
  '/infill/v1/canvas',
  '/infill/v1/holes',
  '/infill/v1/project',
  '/infill/v1/model',
];

/**
 * All routes, and what holds for each: who may ask, how much may be sent, what is counted. Nothing of a request is logged, and no page of a
 * browser may ask: none is told that it could (CORS), a body has to be JSON, which a page cannot send without asking, and on a loopback address
 * the host that is asked for has to be this machine (DNS rebinding), unless a proxy asks, which needs a token.
 */
export function serverApp(
  served: Served,
  { host, token, limits, isBehindProxy }: Pick<ServerOptions, 'host' | 'token' | 'limits' | 'isBehindProxy'>,
): Hono<ServerEnv> {
  const isOwn = isLoopback(host) && !isBehindProxy;
  const app = new Hono<ServerEnv>();
  app.use(async (c, next) => {
    const begun = performance.now();
    await next();
    const route = ROUTES.includes(c.req.path) ? c.req.path : 'other';
    served.metrics.answered(route, c.res.status, performance.now() - begun);
  });
  app.use(async (c, next) => {
    const asked = hostName(c.req.header('host'));
    if (isOwn && asked !== undefined && !isLoopback(asked)) {
      const remedy = 'Ask for 127.0.0.1 or localhost, or start it with --behind-proxy and a token.';
      throw new HTTPException(403, { message: `This server is no "${asked}". ${remedy}` });
    }
    if (c.req.method === 'POST' && !/^application\/json\b/iu.test(c.req.header('content-type') ?? '')) {
      throw new HTTPException(415, { message: 'Send JSON: the header "Content-Type: application/json" is missing.' });
    }
    await next();
  });
  app.get('/health', (c) => c.json({ status: 'ok' }));
  if (token !== undefined) {
    const refused = bodyOf('The token is missing or wrong.', 'authentication_error', 'invalid_api_key');
    const messages = { message: refused };
    app.use(
      bearerAuth({
        token,
        noAuthenticationHeader: messages,
        invalidAuthenticationHeader: messages,
        invalidToken: messages,
      }),
    );
  }
  const tooLarge = bodyOf(
    `A body has at most ${String(limits.bodyBytes)} bytes.`,
    'invalid_request_error',
    'too_large',
  );
  app.use(largeBodies(limits));
  const counted = bodyLimit({ maxSize: limits.bodyBytes, onError: (c) => c.json(tooLarge, 413) });
  app.use((c, next) => {
    // What counts the bytes of a body looks at it first, and then there is no quick way left to read it.
    const announced = c.req.header('transfer-encoding') === undefined ? c.req.header('content-length') : undefined;
    if (announced === undefined) return counted(c, next);
    return Number(announced) > limits.bodyBytes ? Promise.resolve(c.json(tooLarge, 413)) : next();
  });
  app.get('/metrics', async (c) => {
    const { registry } = served.metrics;
    return c.text(await registry.metrics(), 200, { 'content-type': registry.contentType });
  });
  app.get('/openapi.json', (c) => c.json(openApi(served.version)));
  app.route('/v1', openaiRoutes(served));
  app.route('/infill/v1', nativeRoutes(served));
  app.route('/', llamaRoutes(served));
  app.notFound((c) =>
    c.json(bodyOf(`There is no ${c.req.method} ${c.req.path}.`, 'invalid_request_error', 'not_found'), 404),
  );
  app.onError((error, c) => {
    if (error instanceof HTTPException && error.res !== undefined) return error.getResponse(); // with its own headers and body
    const hasLeft = c.req.raw.signal.aborted && !(error instanceof NoTurnError);
    const { status, retryAfter, body } = answerError(hasLeft ? new NoTurnError('withdrawn', 1) : error);
    if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
    return c.json(body, status as ContentfulStatusCode);
  });
  return app;
}

/** Without the port. */
function hostName(header: string | undefined): string | undefined {
  return header?.replace(/:\d*$/u, '');
}
