import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { documentContext } from '../../../src/cli/input/documentContext.js';
import { Engine } from '../../../src/engine/engine.js';
import { ProjectIndex } from '../../../src/engine/project/projectIndex.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import type { ProjectDocument } from '../../../src/shared/projectDocument.js';
import { surelyFinding } from '../../server/servedTiny.js';
import { ServedCli } from '../../servedCli.js';
import { OPTIONS } from '../requests.js';
import { until } from '../scriptedClient.js';
import { remoteClient } from './remoteClient.js';

const PREFIX = 'function count(cart: Cart) {\n  return cart.items.';
const SUFFIX = ';\n}\n';
const CART: ProjectDocument = {
  uri: 'file:///cart.ts',
  path: 'cart.ts',
  languageId: 'typescript',
  text: 'export function total(cart: Cart): number {\n  return cart.items.length;\n}\n',
};

/** An outcome without its times, and without what depends on which texts were read before. */
function untimed(outcome: unknown): unknown {
  const varies = /^(?:ms|count|encodedTokens|reusedTokens)$/u;
  return JSON.parse(JSON.stringify(outcome, (key, value: unknown) => (varies.test(key) ? 0 : value)));
}

void describe('an infill serve in a process of its own', () => {
  let folder: string;
  let server: ServedCli;
  let engine: Engine;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-real-'));
    const model = await surelyFinding(path.join(folder, 'model'));
    const project = new ProjectIndex();
    project.replace([CART]);
    while (project.work(100));
    engine = await Engine.load({ modelPath: model, device: 'cpu', threads: 1 }, project);
    const args = ['--port', '0', '--model', model, '--threads', '1'];
    server = await ServedCli.start(['--import=tsx', 'src/cli/main.ts'], args, { INFILL_HOME: folder });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
    await engine.dispose();
    await rm(folder, { recursive: true });
  });

  it('answers each kind of request as an engine of this process does', async () => {
    await using client = remoteClient(server.url);
    const { service } = client;
    await service.load();
    await service.feedProject({ clear: true, replace: [CART] });
    await until(() => client.stats.at(-1)?.waiting === 0);
    const place = { start: PREFIX.length, end: PREFIX.length };
    const plain = documentContext(PREFIX + SUFFIX, place, 'typescript');
    const context = { ...plain, uri: 'file:///now.ts' };
    const options = { ...OPTIONS, maxTokens: 8, topP: 1, seed: 0 };
    const line = { uri: CART.uri, path: CART.path, line: 2, linesBefore: [], linesAfter: [] };
    const fills: readonly InfillRequest[] = [
      { context, options },
      { context: plain, options: { ...options, candidates: 3, temperature: 0.7, trace: true, positions: true } },
      { context: plain, options, names: ['length', 'last'], besides: ['length'] },
      { context: plain, options, conditions: { start: 'a', contains: 'b', length: { least: 2, most: 8 } } },
      { context, options, recent: { edits: [{ ...line, before: ['a.size'], after: ['a.length'] }], lineBefore: 'x' } },
      { context: plain, options: { ...options, maxTokens: 1024, steps: 1, multiline: 'always', stopBelow: 0.2 } },
    ];
    for (const request of fills) {
      const [own, theirs] = [await engine.infill(request), await service.infill(request)];
      assert.deepEqual(untimed(theirs), untimed(own), JSON.stringify(request));
    }
    const found = await service.infill(fills[0]!);
    assert.equal(found.kind === 'infill' && found.candidates[0]?.source?.path, 'cart.ts', 'of what was fed');
    const denoise = {
      context: plain,
      selection: 'length + lenght',
      pinned: [{ start: 0, end: 6 }],
      strength: 1,
      options,
    };
    assert.deepEqual(untimed(await service.denoise(denoise)), untimed(await engine.denoise(denoise)));
    const canvas = {
      context: plain,
      canvas: [{ kind: 'text', text: 'len', isPinned: true, confidence: 0.5 }, { kind: 'mask' }, { kind: 'mask' }],
      options,
    } as const;
    for (const request of [
      canvas,
      { ...canvas, scores: true as const },
      { ...canvas, alternatives: { position: 1, most: 4 } },
    ]) {
      assert.deepEqual(untimed(await service.canvas(request)), untimed(await engine.canvas(request)));
    }
    const { languageId, eol, indentUnit } = plain;
    const holes = { parts: ['const a = ', ';\nconst b = ', ';\n'], document: { languageId, eol, indentUnit }, options };
    assert.deepEqual(untimed(await service.holes(holes)), untimed(await engine.holes(holes)));
  });

  it('answers windows that ask at the same time, each with its own texts', async () => {
    await using one = remoteClient(server.url);
    await using two = remoteClient(server.url);
    const context = {
      ...documentContext(PREFIX + SUFFIX, { start: PREFIX.length, end: PREFIX.length }, 'typescript'),
      uri: 'file:///now.ts',
    };
    await Promise.all([one.service.load(), two.service.load()]);
    const other = { ...CART, text: CART.text.replace('length', 'size()') };
    await Promise.all([one.service.feedProject({ replace: [CART] }), two.service.feedProject({ replace: [other] })]);
    await until(() => one.stats.at(-1)?.waiting === 0 && two.stats.at(-1)?.waiting === 0);
    const ask = (client: typeof one) => client.service.infill({ context, options: { ...OPTIONS, maxTokens: 8 } });
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all([ask(one), ask(two)]);
      const texts = outcomes.map((outcome) =>
        outcome.kind === 'infill' ? outcome.candidates[0]?.text : outcome.reason,
      );
      assert.deepEqual(texts, ['length', 'size()']);
    }
  });
});
