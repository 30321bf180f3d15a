import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine } from '../../src/engine/engine.js';
import { serverApp } from '../../src/server/app.js';
import { openApi } from '../../src/server/openApi.js';
import { ClientProjects } from '../../src/server/service/clientProjects.js';
import { ServerMetrics } from '../../src/server/service/metrics.js';
import { LIMITS } from '../../src/server/service/serverOptions.js';
import { FairTurns } from '../../src/server/turns/fairTurns.js';
import { TINY_FP32 } from '../engine/fixtures.js';

test('the document names exactly the routes that are answered', async () => {
  const engine = await Engine.load({ modelPath: TINY_FP32, device: 'cpu', threads: 1 });
  const turns = new FairTurns(LIMITS);
  const projects = new ClientProjects(engine, LIMITS, () => false);
  const served = { engine, turns, projects, metrics: new ServerMetrics(turns), version: '1.2.3', isBehindProxy: false };
  const { routes } = serverApp(served, { host: '127.0.0.1', isBehindProxy: false, limits: LIMITS });
  const { paths } = openApi('1.2.3') as { readonly paths: Readonly<Record<string, object>> };
  const named = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const answered = routes.filter(({ method }) => method !== 'ALL'); // what holds for all of them is no route
  const routesThere = answered.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/gu, '{$1}')}`);
  assert.deepEqual(named.sort(), [...new Set(routesThere)].sort());
  projects.close();
  await engine.dispose();
});
