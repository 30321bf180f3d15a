import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostedService } from '../../../src/inference/hosted/hostedService.js';
import { servedTiny } from '../../server/servedTiny.js';
import { requestOf } from './hostedRequest.js';

const TOKEN = 'a-token-of-some-length';

test('a real OpenAI-compatible server takes what is sent, at once and piece by piece, and its refusals are understood', async (t) => {
  const server = await servedTiny({ token: TOKEN });
  t.after(() => server.close());
  let key = TOKEN;
  const service = new HostedService({
    model: { provider: 'openai', model: 'tiny', address: `${server.url}/v1` },
    readKey: () => Promise.resolve(key),
    onState: () => undefined,
  });
  t.after(() => service.dispose());
  const request = requestOf('let value = ', '\nuse(value);\n');
  const known = new Set(['infill', 'none']);
  const whole = await service.infill(request);
  assert.ok(known.has(whole.kind) && whole.report.hosted !== undefined, JSON.stringify(whole));
  const streamed = await service.infill(request, { drafts: true, onStep: () => undefined });
  const said = (outcome: typeof whole): unknown =>
    outcome.kind === 'infill' ? outcome.candidates.map(({ text }) => text) : outcome.reason;
  assert.deepEqual(said(streamed), said(whole), 'streamed or not, it is the same text');
  assert.equal(service.state.kind, 'ready');
  key = 'another';
  await service.restart();
  await assert.rejects(service.infill(request), /does not accept the key \(401/);
});
