import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Engine } from '../../src/engine/engine.js';
import { LIMITS, type ServerOptions } from '../../src/server/service/serverOptions.js';
import { startServer } from '../../src/server/startServer.js';
import { TINY_FP32 } from '../engine/fixtures.js';
import { WEIGHTLESS } from '../engine/infill/found/project.js';

/** A server of the tiny model, which is to be closed. */
export interface TinyServer {
  readonly url: string;
  readonly engine: Engine;
  close(): Promise<void>;
}

/** Starts one on the loopback, at any port. */
export async function servedTiny(options: Partial<ServerOptions> = {}, modelPath = TINY_FP32): Promise<TinyServer> {
  const engine = await Engine.load({ modelPath, device: 'cpu', threads: 1 });
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

/** Waits until a request is computed, or was. */
export async function untilAsked({ url }: Pick<TinyServer, 'url'>): Promise<void> {
  const told = /infill_requests_computing [1-9]|infill_steps_total [1-9]/u;
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (told.test(await (await fetch(`${url}/metrics`)).text())) return;
  }
}

/** A copy of the tiny model in `folder`, which takes what it finds in a project for sure. */
export async function surelyFinding(folder: string): Promise<string> {
  await cp(TINY_FP32, folder, { recursive: true });
  const file = path.join(folder, 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8')) as { recommended: object };
  await writeFile(
    file,
    JSON.stringify({ ...manifest, recommended: { ...manifest.recommended, found: { ...WEIGHTLESS, constant: 4 } } }),
  );
  return folder;
}

/** Posts JSON. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
