import type { Context } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import type { Engine } from '../../engine/engine.js';
import type { RunReport } from '../../shared/outcome.js';
import type { ServerMetrics } from './metrics.js';
import { clientOf } from '../turns/clientOf.js';
import type { FairTurns } from '../turns/fairTurns.js';

/** What all routes answer with. */
export interface Served {
  readonly engine: Engine;
  readonly turns: FairTurns;
  readonly metrics: ServerMetrics;
  /** Of Infill. */
  readonly version: string;
  /** As in `ServerOptions`. */
  readonly isBehindProxy: boolean;
}

/** What routes know of the connection; tests that call the application without one leave it out. */
export interface ServerEnv {
  readonly Bindings: Partial<HttpBindings>;
}

/** Does `work` when it is the client's turn. @throws NoTurnError, or what `work` throws */
export async function takeTurn<T>(
  c: Context<ServerEnv>,
  { turns, isBehindProxy }: Pick<Served, 'turns' | 'isBehindProxy'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const address = c.env.incoming?.socket.remoteAddress ?? '';
  const client = clientOf((name) => c.req.header(name), address, isBehindProxy);
  return turns.take(client, c.req.raw.signal, work);
}

/**
 * Computes an answer when it is the client's turn. It is told to stop where the client goes away.
 *
 * @throws NoTurnError, InfillError
 */
export async function inTurn<T extends { readonly report: RunReport }>(
  c: Context<ServerEnv>,
  served: Served,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const result = await takeTurn(c, served, work);
  served.metrics.computed(result.report);
  return result;
}
