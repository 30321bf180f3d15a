import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers in any way that a test wants. */
export interface OddServer extends AsyncDisposable {
  readonly url: string;
  /** Method and path of all that was asked, in order. */
  readonly asked: string[];
  /** Requests whose connection was closed before they were answered. */
  readonly left: string[];
}

export type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export const MODEL = {
  protocol: 1,
  version: '1.0.0',
  model: {
    name: 'odd',
    version: '1',
    license: 'MIT',
    device: 'cpu',
    deviceNote: '',
    threads: 1,
    loadMs: 1,
    steps: { recommended: 4 },
  },
};

/** A server that says what it is as it should, unless `answering` is asked for that too. */
export async function oddServer(answering: Answering, { saysModel = true, port = 0 } = {}): Promise<OddServer> {
  const [asked, left]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    const what = `${request.method ?? ''} ${request.url ?? ''}`;
    asked.push(what);
    response.on('close', () => {
      if (!response.writableEnded) left.push(what);
    });
    let body = '';
    request.on('data', (part: Buffer) => (body += String(part)));
    request.on('end', () => {
      if (saysModel && request.url === '/infill/v1/model') json(response, 200, MODEL);
      else answering(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    left,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** Sends events, and ends. */
export function events(response: ServerResponse, ...sent: readonly (readonly [event: string, data: unknown])[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [event, data] of sent) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  response.end();
}

/** What a server of Infill's says went wrong. */
export function problem(code: string, message = 'Something.'): object {
  return { error: { message, type: 'server_error', param: null, code } };
}
