import type { Context } from 'hono';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';

/** Answers with server-sent events. Whether they come in chunks and what becomes of the connection then is left to HTTP's version. */
export function sendEvents(c: Context, send: (events: SSEStreamingApi) => Promise<void>): Response {
  const response = streamSSE(c, send);
  response.headers.delete('transfer-encoding');
  response.headers.delete('connection');
  return response;
}
