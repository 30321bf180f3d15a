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

/**
 * Computes an answer when it is the client's turn. It is told to stop where the client goes away.
 *
 * @throws NoTurnError, InfillError
 */
export async function inTurn<T extends { readonly report: RunReport }>(
  c: Context<ServerEnv>,
  { turns, metrics, isBehindProxy }: Pick<Served, 'turns' | 'metrics' | 'isBehindProxy'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const address = c.env.incoming?.socket.remoteAddress ?? '';
  const client = clientOf((name) => c.req.header(name), address, isBehindProxy);
  const result = await turns.take(client, c.req.raw.signal, work);
  metrics.computed(result.report);
  return result;
}
