import type { TurnLimits } from '../turns/fairTurns.js';
import type { ProjectLimits } from './clientProjects.js';

/** How a server is reached, and what it takes. */
export interface ServerOptions {
  /** An address of this machine, or a name for one. */
  readonly host: string;
  /** 0 = any that is free. */
  readonly port: number;
  /** What a request has to say in `Authorization: Bearer`; absent = everyone may ask. */
  readonly token?: string;
  /** PEM texts; absent = the connection is not encrypted. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Whether something in front of it encrypts the connection. */
  readonly isBehindProxy: boolean;
  readonly limits: ServerLimits;
}

export interface ServerLimits extends TurnLimits, ProjectLimits {
  readonly bodyBytes: number;
  /** Of all large bodies together. */
  readonly bodiesBytes: number;
  /** Connections at a time. */
  readonly connections: number;
  /** Milliseconds for the head of a request, and for all of it. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Milliseconds that an idle connection is kept. */
  readonly idleMs: number;
}

export const LIMITS: ServerLimits = {
  most: 64,
  mostOfOne: 8,
  longestWaitMs: 30_000,
  bodyBytes: 4 * 1024 * 1024,
  bodiesBytes: 64 * 1024 * 1024,
  connections: 512,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 75_000,
  projectUnits: 16 * 2 ** 20,
  projectsUnits: 64 * 2 ** 20,
  projectDocuments: 20_000,
  projectClients: 100,
  projectIdleMs: 30 * 60_000,
};
