import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, test } from 'node:test';
import { documentContext } from '../../src/cli/input/documentContext.js';
import { Engine } from '../../src/engine/engine.js';
import { ClientProjects } from '../../src/server/service/clientProjects.js';
import { LIMITS } from '../../src/server/service/serverOptions.js';
import type { InfillOutcome } from '../../src/shared/outcome.js';
import type { ProjectStats } from '../../src/shared/projectDocument.js';
import type { ProjectChange } from '../../src/shared/protocol.js';
import { post, servedTiny, surelyFinding, type TinyServer } from './servedTiny.js';

const PREFIX = 'function count(cart: Cart) {\n  return cart.items.';
const SUFFIX = ';\n}\n';
const OPTIONS = { steps: 2, maxTokens: 8, minConfidence: 0 };

function textWith(member: string): string {
  return `export function total(cart: Cart): number {\n  return cart.items.${member};\n}\n`;
}

function given(name: string, text: string): ProjectChange {
  return { replace: [{ uri: `file:///${name}`, path: name, languageId: 'typescript', text }] };
}

void describe('texts that clients give to a server', () => {
  let folder: string;
  let model: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-projects-'));
    model = await surelyFinding(path.join(folder, 'model'));
  });
  after(async () => rm(folder, { recursive: true }));

  async function serving(limits: Partial<typeof LIMITS>, use: (server: TinyServer) => Promise<void>): Promise<void> {
    const server = await servedTiny({ limits: { ...LIMITS, ...limits } }, model);
    try {
      await use(server);
    } finally {
      await server.close();
    }
  }

  /** A client as the server sees it. */
  function client({ url }: TinyServer, name: string) {
    const headers = { 'x-infill-client': name };
    return {
      async change(change: ProjectChange): Promise<string> {
        const response = await post(`${url}/infill/v1/project`, change, headers);
        assert.equal(response.status, 200, await response.clone().text());
        return ((await response.json()) as { project: string }).project;
      },
      async known(): Promise<{ project: string | null; stats: ProjectStats }> {
        const response = await fetch(`${url}/infill/v1/project`, { headers });
        return (await response.json()) as { project: string | null; stats: ProjectStats };
      },
      async indexed(): Promise<ProjectStats> {
        for (;;) {
          const { stats } = await this.known();
          if (stats.waiting === 0) return stats;
          await sleep(5);
        }
      },
      /** The text that it is answered where it was found, and by which texts. */
      async finds(uri: string | undefined = 'file:///now.ts'): Promise<[found: string | undefined, project: string]> {
        const place = { start: PREFIX.length, end: PREFIX.length };
        const context = { ...documentContext(PREFIX + SUFFIX, place, 'typescript'), ...(uri === '' ? {} : { uri }) };
        const response = await post(`${url}/infill/v1/fill`, { context, options: OPTIONS }, headers);
        const outcome = (await response.json()) as InfillOutcome;
        const [best] = outcome.kind === 'infill' ? outcome.candidates : [];
        return [best?.source === undefined ? undefined : best.text, response.headers.get('x-infill-project') ?? ''];
      },
    };
  }

  test("take part in that client's requests, and in nobody else's", async () => {
    await serving({}, async (server) => {
      const [one, two, third] = [client(server, 'one'), client(server, 'two'), client(server, 'three')];
      const project = await one.change(given('cart.ts', textWith('length')));
      await two.change(given('cart.ts', textWith('secretOfTwo')));
      assert.equal((await one.indexed()).documents, 1);
      await two.indexed();
      assert.deepEqual(await one.finds(), ['length', project]);
      assert.equal((await two.finds())[0], 'secretOfTwo');
      assert.deepEqual(await third.finds(), [undefined, 'none']);
      assert.equal((await one.finds(''))[0], undefined, 'a request that names no document');
      const unnamed = await post(`${server.url}/infill/v1/fill`, {
        context: documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'typescript'),
        options: OPTIONS,
      });
      assert.equal(unnamed.headers.get('x-infill-project'), 'none');
      // At once, without anything being indexed.
      await one.change({ remove: ['file:///cart.ts'] });
      assert.deepEqual(await one.finds(), [undefined, project]);
      assert.equal((await two.finds())[0], 'secretOfTwo');
    });
  });

  test('are not taken from those who do not say who they are', async () => {
    await serving({}, async ({ url }) => {
      const response = await post(`${url}/infill/v1/project`, given('a.ts', 'text'));
      assert.equal(response.status, 400);
      const { error } = (await response.json()) as { error: { code: string; message: string; remedy: string } };
      assert.equal(error.code, 'invalid-request');
      assert.ok(error.message.endsWith(error.remedy) && error.remedy.includes('x-infill-client'));
      assert.equal((await fetch(`${url}/infill/v1/project`)).status, 400);
    });
  });

  test('are bounded for each client, and in all: those go that were used longest ago', async () => {
    const length = textWith('length').length;
    const limits = { projectUnits: 2 * length, projectsUnits: 4 * length, projectDocuments: 3, projectClients: 3 };
    await serving(limits, async (server) => {
      const [one, two, three, four] = [
        client(server, 'one'),
        client(server, 'two'),
        client(server, 'three'),
        client(server, 'four'),
      ];
      for (const name of ['a', 'b', 'c', 'd', 'e']) await one.change(given(`${name}.ts`, textWith('length')));
      await one.change({ limit: 1e9 });
      const stats = await one.indexed();
      assert.equal(stats.units, 2 * length);
      assert.ok(stats.documents + stats.leftOut <= 3);
      for (const name of ['a', 'b']) await two.change(given(`${name}.ts`, textWith('length')));
      await one.finds(); // used last
      for (const name of ['a', 'b']) await three.change(given(`${name}.ts`, textWith('length')));
      assert.notEqual((await one.known()).project, null);
      assert.equal((await two.known()).project, null);
      assert.equal((await two.finds())[1], 'none');
      await one.change({ clear: true });
      await two.change(given('a.ts', 'x'));
      await four.change(given('a.ts', 'x'));
      assert.equal((await three.known()).project, null, 'one client too many');
    });
  });

  test('are lost to nobody who takes many names on another machine', async () => {
    const engine = await Engine.load({ modelPath: model, device: 'cpu', threads: 1 });
    const { length } = textWith('length');
    const limits = { ...LIMITS, projectClients: 3, projectsUnits: 3 * length };
    const projects = new ClientProjects(engine, limits, () => false);
    const one = { address: '10.0.0.1', key: 'named one', wantsNewest: true };
    try {
      const id = projects.change(one, given('a.ts', textWith('length')));
      for (let i = 0; i < 20; i++) {
        const other = { address: '10.0.0.2', key: `named ${String(i)}`, wantsNewest: true };
        projects.change(other, i % 2 === 0 ? {} : given('a.ts', textWith('length')));
        assert.ok(projects.held.clients <= 3 && projects.held.units <= 3 * length);
      }
      assert.equal(projects.of(one).id, id);
    } finally {
      projects.close();
      await engine.dispose();
    }
  });

  test('are forgotten where nothing is asked for a while, and begin anew under another name', async () => {
    await serving({ projectIdleMs: 300 }, async (server) => {
      const one = client(server, 'one');
      const project = await one.change(given('cart.ts', textWith('length')));
      await one.indexed();
      assert.equal((await one.finds())[0], 'length');
      await sleep(900);
      assert.deepEqual(await one.finds(), [undefined, 'none']);
      assert.notEqual(await one.change(given('cart.ts', textWith('length'))), project);
    });
  });

  test('displace no request of the same client, however long they take to read', async () => {
    await serving({}, async (server) => {
      const one = client(server, 'one');
      const [found] = await Promise.all([
        one.finds(),
        one.change(given('long.ts', '// a line of text\n'.repeat(20_000))),
        one.change({ remove: ['file:///long.ts'] }),
      ]);
      assert.deepEqual(found[0], undefined);
      assert.notEqual((await one.known()).project, null);
    });
  });
});
