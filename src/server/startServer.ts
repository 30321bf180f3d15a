import { createServer as createPlainServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createAdaptorServer } from '@hono/node-server';
import type { Engine } from '../engine/engine.js';
import { InfillError } from '../shared/infillError.js';
import { serverApp } from './app.js';
import { boundConnections } from './boundConnections.js';
import { checkCertificate } from './service/checkCertificate.js';
import { checkExposure } from './service/checkExposure.js';
import { ClientProjects } from './service/clientProjects.js';
import { ServerMetrics } from './service/metrics.js';
import type { ServerOptions } from './service/serverOptions.js';
import { FairTurns } from './turns/fairTurns.js';

/** A server that listens. */
export interface RunningServer {
  /** With the port that it really has. */
  readonly url: string;
  /** Takes no more requests, finishes the one that computes, and closes all connections. */
  close(): Promise<void>;
}

/** Milliseconds in which a connection has to take or send something, a wait for a turn included. */
const SILENT_MS = 120_000;
/** How often it is looked for connections that take too long to ask. */
const CHECKED_EVERY_MS = 2000;
/** Milliseconds after which what has not closed by then is closed. */
const CLOSES_WITHIN_MS = 5000;
const CLOSES_IDLE_EVERY_MS = 20;

/**
 * Serves an engine over HTTP, or HTTPS with a certificate.
 *
 * @param version of Infill
 * @throws InfillError `invalid-request` where others could use it unasked, where it cannot encrypt, or where the address cannot be had
 */
export async function startServer(engine: Engine, version: string, options: ServerOptions): Promise<RunningServer> {
  checkExposure(options);
  if (options.tls !== undefined) checkCertificate(options.tls);
  const { host, port, tls, limits, isBehindProxy } = options;
  const turns = new FairTurns(limits);
  const projects = new ClientProjects(engine, limits, () => turns.isComputing);
  const served = { engine, turns, projects, metrics: new ServerMetrics(turns), version, isBehindProxy };
  const { fetch } = serverApp(served, options);
  const checks = { connectionsCheckingInterval: CHECKED_EVERY_MS };
  const server = createAdaptorServer({
    fetch,
    hostname: host, // of requests that name none, as HTTP/1.0 may
    ...(tls
      ? {
          createServer: createTlsServer,
          serverOptions: { ...checks, handshakeTimeout: limits.headersMs, cert: tls.certificate, key: tls.key },
        }
      : { createServer: createPlainServer, serverOptions: checks }),
  }) as Server;
  server.headersTimeout = limits.headersMs;
  server.requestTimeout = limits.requestMs;
  server.keepAliveTimeout = limits.idleMs;
  boundConnections(server, limits.connections);
  server.setTimeout(SILENT_MS);
  await listening(server, host, port);
  // Connections that cannot be accepted, where no more files can be opened: those that are there are served.
  server.on('error', () => undefined);
  const address = server.address();
  const own = typeof address === 'object' && address !== null ? address.port : port;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: `${tls ? 'https' : 'http'}://${name}:${String(own)}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await turns.close();
      // What computed has yet to be written; then its connection is idle, though the client would keep it.
      const idle = setInterval(() => server.closeIdleConnections(), CLOSES_IDLE_EVERY_MS);
      const late = setTimeout(() => server.closeAllConnections(), CLOSES_WITHIN_MS);
      await closed;
      projects.close();
      clearInterval(idle);
      clearTimeout(late);
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new InfillError(
          'invalid-request',
          `The server cannot listen at ${host}, port ${String(port)}: ${error.message}.`,
          error.code === 'EADDRINUSE'
            ? 'Choose another --port, or 0 for any that is free.'
            : 'Choose another --host or --port.',
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}
