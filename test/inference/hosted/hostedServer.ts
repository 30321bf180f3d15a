import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** What a hosted model was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Respond = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void;

/** A real HTTP server that answers as a test says, and remembers what it was asked. */
export interface HostedServer {
  readonly address: string;
  readonly asked: Asked[];
  /** Requests whose connection the other side closed before an answer. */
  closed: number;
  /** Connections that were opened. */
  connections: number;
  respond: Respond;
}

export async function hostedServer(t: Pick<TestContext, 'after'>, respond: Respond): Promise<HostedServer> {
  const listening = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    response.on('close', () => (server.closed += response.writableFinished ? 0 : 1));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString() || '{}') as Asked['body'];
      const asked = { path: request.url ?? '', headers: request.headers, body };
      server.asked.push(asked);
      server.respond(asked, response, request);
    });
  });
  listening.on('connection', () => server.connections++);
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const { port } = listening.address() as AddressInfo;
  const server: HostedServer = {
    address: `http://127.0.0.1:${port}/v1`,
    asked: [],
    closed: 0,
    connections: 0,
    respond,
  };
  return server;
}

export function json(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** An answer of completions as the documents of both providers have it. */
export function completion(...texts: readonly string[]): Record<string, unknown> {
  return {
    id: 'cmpl-7a2b3c4d5e',
    object: 'text_completion',
    created: 1745798400,
    model: 'mercury-edit-2',
    choices: texts.map((text, index) => ({ index, finish_reason: 'stop', text })),
    usage: { prompt_tokens: 24, completion_tokens: 14, total_tokens: 38, reasoning_tokens: 0, cached_input_tokens: 0 },
  };
}

/** An answer of Inception's edit endpoint. */
export function edited(content: string): Record<string, unknown> {
  return {
    id: 'cmpl-7a2b3c4d5e',
    object: 'edit.completion',
    created: 1745798400,
    model: 'mercury-edit-2',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
    usage: {
      prompt_tokens: 156,
      completion_tokens: 18,
      total_tokens: 174,
      reasoning_tokens: 0,
      cached_input_tokens: 0,
    },
  };
}

/** A piece of a completion that streams. */
export function piece(text: string | null, finish: string | null = null): string {
  const choices = [{ index: 0, text, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm', choices })}\n\n`;
}
