import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { serverApp } from '../../src/server/app.js';
import { ClientProjects } from '../../src/server/service/clientProjects.js';
import { ServerMetrics } from '../../src/server/service/metrics.js';
import { LIMITS } from '../../src/server/service/serverOptions.js';
import { FairTurns } from '../../src/server/turns/fairTurns.js';
import { TINY_FP32 } from '../engine/fixtures.js';

const document = { languageId: 'typescript', eol: '\n', indentUnit: '  ' };
const context = { prefix: 'const a = ', prefixOffset: 0, suffix: ';\n', ...document };
let engine: Engine;
before(async () => (engine = await Engine.load({ modelPath: TINY_FP32, device: 'cpu', threads: 1 })));
after(() => engine.dispose());

// Without a connection, whose buffers of some megabytes would take all that the tiny model has to say.
test('a client that does not read its steps has the turn a moment longer at most, and is told so', async (t) => {
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => 0.99 * now()); // timers may be early by the clock, here far more than they are
  const turns = new FairTurns(LIMITS);
  const projects = new ClientProjects(engine, LIMITS, () => turns.isComputing);
  const served = { engine, turns, projects, metrics: new ServerMetrics(turns), version: '1', isBehindProxy: false };
  const app = serverApp(served, { host: '127.0.0.1', limits: LIMITS, isBehindProxy: false });
  const ask = async (name: string, accept: string): Promise<Response> => {
    const headers = { 'content-type': 'application/json', 'x-infill-client': name, accept };
    const body = JSON.stringify({ context, options: { steps: 8, maxTokens: 16, minConfidence: 0 } });
    return app.fetch(new Request('http://127.0.0.1/infill/v1/fill', { method: 'POST', headers, body }), {});
  };
  const unread = await ask('slow', 'text/event-stream');
  const begun = now();
  const other = await ask('other', 'application/json');
  assert.equal(other.status, 200, await other.text());
  assert.ok(now() - begun < 10_000);
  assert.match(await unread.text(), /event: error\n/u);
  const read = await (await ask('slow', 'text/event-stream')).text();
  assert.match(read, /event: outcome\n/u);
  projects.close();
});
