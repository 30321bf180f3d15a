import { Engine } from '../../src/engine/engine.js';
import { LIMITS, type ServerOptions } from '../../src/server/service/serverOptions.js';
import { startServer } from '../../src/server/startServer.js';
import { TINY_FP32 } from '../engine/fixtures.js';

/** A server of the tiny model, which is to be closed. */
export interface TinyServer {
  readonly url: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Starts one on the loopback, at any port. */
export async function servedTiny(options: Partial<ServerOptions> = {}): Promise<TinyServer> {
  const engine = await Engine.load({ modelPath: TINY_FP32, device: 'cpu', threads: 1 });
  const server = await startServer(engine, '1.2.3', {
    host: '127.0.0.1',
    port: 0,
    isBehindProxy: false,
    limits: LIMITS,
    ...options,
  });
  return {
    url: server.url,
    engine,
    close: async () => {
      await server.close();
      await engine.dispose();
    },
  };
}

/** Posts JSON. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
