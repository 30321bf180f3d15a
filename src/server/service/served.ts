import type { Context } from 'hono';
import type { HttpBindings } from '@hono/node-server';
import type { Engine } from '../../engine/engine.js';
import type { RunReport } from '../../shared/outcome.js';
import type { ServerMetrics } from './metrics.js';
import { clientOf } from '../turns/clientOf.js';
import type { FairTurns } from '../turns/fairTurns.js';
import type { Client } from '../turns/turnOrder.js';
import type { ClientProjects } from './clientProjects.js';

/** What all routes answer with. */
export interface Served {
  readonly engine: Engine;
  readonly turns: FairTurns;
  /** Texts that clients have given. */
  readonly projects: ClientProjects;
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

/** Who sends a request. */
export function askerOf(c: Context<ServerEnv>, { isBehindProxy }: Pick<Served, 'isBehindProxy'>): Client {
  return clientOf((name) => c.req.header(name), c.env.incoming?.socket.remoteAddress ?? '', isBehindProxy);
}

/** Does `work` when it is the client's turn. @throws NoTurnError, or what `work` throws */
export async function takeTurn<T>(
  c: Context<ServerEnv>,
  served: Pick<Served, 'turns' | 'projects' | 'isBehindProxy'>,
  work: (signal: AbortSignal) => Promise<T>,
  client = askerOf(c, served),
): Promise<T> {
  try {
    return await served.turns.take(client, c.req.raw.signal, work);
  } finally {
    served.projects.resume();
  }
}

/**
 * Computes an answer, or several, when it is the client's turn. It is told to stop where the client goes away.
 *
 * @throws NoTurnError, InfillError
 */
export async function inTurn<T extends { readonly report: RunReport } | readonly { readonly report: RunReport }[]>(
  c: Context<ServerEnv>,
  served: Served,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const result = await takeTurn(c, served, work);
  const outcomes: readonly { readonly report: RunReport }[] = 'report' in result ? [result] : result;
  for (const { report } of outcomes) served.metrics.computed(report);
  return result;
}
