import type { MiddlewareHandler } from 'hono';
import { NoTurnError } from '../turns/fairTurns.js';
import type { ServerEnv } from './served.js';
import type { ServerLimits } from './serverOptions.js';

/** Bytes of a body that is not large: what editors send is less, and the number of connections bounds these. */
const SMALL_BODY = 256 * 1024;

/** Bounds what all large bodies take together, from when they are announced until their request is answered; further ones are refused for now. */
export function largeBodies({
  bodyBytes,
  bodiesBytes,
}: Pick<ServerLimits, 'bodyBytes' | 'bodiesBytes'>): MiddlewareHandler<ServerEnv> {
  let taken = 0;
  return async (c, next) => {
    const length = c.req.header('content-length');
    // What is sent in chunks announces nothing.
    const announced = c.req.header('transfer-encoding') === undefined ? Number(length ?? 0) : bodyBytes;
    const size = announced > SMALL_BODY ? Math.min(announced, bodyBytes) : 0;
    if (size > 0 && taken + size > bodiesBytes) throw new NoTurnError('too-many', 1);
    taken += size;
    try {
      await next();
    } finally {
      taken -= size;
    }
  };
}
