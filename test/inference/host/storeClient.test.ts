import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildBundle, bundleFolder } from '../../builtBundle.js';
import { StoreClient } from '../../../src/inference/host/storeClient.js';
import type { AddProgress, AddRequest } from '../../../src/shared/modelImport.js';
import type { StoreFolders } from '../../../src/shared/storeProtocol.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TINY = path.join(ROOT, 'test/fixtures/tiny/int8');
const CHECKPOINT = path.join(ROOT, 'test/fixtures/checkpoints/llada');

void describe('the store process', () => {
  let built: string;
  let place: StoreFolders;
  let client: StoreClient;
  const log: string[] = [];

  before(async () => {
    built = await bundleFolder('store-');
    await buildBundle('src/inference/child/workerStore.ts', path.join(built, 'store.cjs'));
    await writeFile(path.join(built, 'crashing.cjs'), "console.error('out of luck'); process.exit(9);");
    await writeFile(path.join(built, 'deaf.cjs'), "process.on('message', () => {});");
  });
  after(() => rm(built, { recursive: true }));
  beforeEach(async () => {
    const scratch = await mkdtemp(path.join(tmpdir(), 'infill-store-'));
    place = { root: path.join(scratch, 'root'), data: path.join(scratch, 'data') };
    await cp(TINY, path.join(place.root, 'models', 'infill-code-135m'), { recursive: true });
    log.length = 0;
    client = clientOf('store.cjs');
  });

  const clientOf = (bundle: string): StoreClient =>
    new StoreClient({
      workerPath: path.join(built, bundle),
      graceMs: 300,
      log: (_level, text) => log.push(text),
    });
  const request: AddRequest = {
    source: { kind: 'folder', folder: CHECKPOINT },
    name: 'mine',
    precision: 'auto',
    answers: {},
  };
  const names = async (): Promise<string[]> =>
    (await client.run({ type: 'list', ...place })).models.map(({ name }) => name);

  it('offers public checkpoints with what they would cost here', async () => {
    const { models, freeMemory } = await client.run({ type: 'available', ...place });
    assert.ok(freeMemory > 0 && models.length > 10);
    for (const { repository, memoryBytes, stepMs } of models) assert.ok(memoryBytes > 2e8 && stepMs !== 0, repository);
  });

  it('adds with progress, lists, verifies and removes', async () => {
    const seen: AddProgress[] = [];
    const { outcome } = await client.run(
      { type: 'add', ...place, request, token: '' },
      { onProgress: (progress) => seen.push(progress) },
    );
    assert.ok(outcome.kind === 'added');
    assert.equal(outcome.model.agreement.kind, 'measured');
    assert.deepEqual([...new Set(seen.map(({ phase }) => phase))], ['convert', 'compare', 'verify']);
    assert.deepEqual(await names(), ['infill-code-135m', 'mine']);
    const { folder } = outcome.model;
    assert.ok((await client.run({ type: 'verify', ...place, folder })).ms > 0);
    const [weights = ''] = (await readdir(folder)).filter((name) => name.endsWith('.safetensors'));
    const bytes = await readFile(path.join(folder, weights));
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await writeFile(path.join(folder, weights), bytes);
    await assert.rejects(client.run({ type: 'verify', ...place, folder }), { code: 'model-corrupt', remedy: /\w/ });
    await client.run({ type: 'remove', ...place, name: 'mine' });
    assert.deepEqual(await names(), ['infill-code-135m']);
    assert.deepEqual(log, []);
  });

  it('can be cancelled, and keeps what it did until that is discarded', async () => {
    const cancel = new AbortController();
    const adding = client.run(
      { type: 'add', ...place, request, token: '' },
      { signal: cancel.signal, onProgress: () => cancel.abort() },
    );
    await assert.rejects(adding, { code: 'cancelled' });
    assert.deepEqual(await names(), ['infill-code-135m']);
    const { kept } = await client.run({ type: 'kept', ...place, source: request.source });
    assert.deepEqual(
      kept.map(({ isActive, bytes }) => [isActive, bytes > 1000]),
      [[false, true]],
    );
    assert.deepEqual((await client.run({ type: 'list', ...place })).kept, kept);
    const source = kept[0]?.source ?? '';
    assert.deepEqual((await client.run({ type: 'discard', ...place, source })).kept, kept);
    assert.deepEqual(await readdir(path.join(place.data, 'models')), []);
    assert.deepEqual((await client.run({ type: 'kept', ...place, source: request.source })).kept, []);
    await assert.rejects(client.run({ type: 'list', ...place }, { signal: AbortSignal.abort() }), {
      code: 'cancelled',
    });
  });

  it('is killed where it does not react to a cancel', async () => {
    const cancel = new AbortController();
    const listing = clientOf('deaf.cjs').run({ type: 'list', ...place }, { signal: cancel.signal });
    cancel.abort();
    await assert.rejects(listing, { code: 'cancelled' });
  });

  it('ends with the reason where the process crashes or cannot start', async () => {
    await assert.rejects(clientOf('crashing.cjs').run({ type: 'list', ...place }), {
      code: 'worker-died',
      message: /ended with exit code 9.*out of luck/s,
    });
    await assert.rejects(clientOf('nowhere.cjs').run({ type: 'list', ...place }), { code: 'worker-died' });
  });

  it('gives errors of the store as they are', async () => {
    await assert.rejects(client.run({ type: 'remove', ...place, name: 'infill-code-135m' }), {
      code: 'invalid-request',
      message: /is bundled/,
    });
    const misspelt = { ...request, source: { kind: 'folder', folder: path.join(built, 'nowhere') } } as const;
    await assert.rejects(client.run({ type: 'add', ...place, request: misspelt, token: 'secret' }), {
      message: /must start with "hf_"/,
    });
    await assert.rejects(client.run({ type: 'add', ...place, request: misspelt, token: '' }), {
      code: 'model-missing',
    });
  });
});
