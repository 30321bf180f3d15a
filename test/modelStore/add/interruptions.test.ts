import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import { addModel, type AddParts } from '../../../src/modelStore/add/addModel.js';
import { keptImports } from '../../../src/modelStore/add/keptImports.js';
import { defaultModelFolder } from '../../../src/modelStore/bundledModels.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { inspectCheckpoint } from '../../../src/modelStore/convert/inspectCheckpoint.js';
import { hubAccess } from '../../../src/modelStore/hub/hubAccess.js';
import { listModels } from '../../../src/modelStore/listModels.js';
import { packageRoot } from '../../../src/modelStore/packageRoot.js';
import { verifyInstalledModel } from '../../../src/modelStore/verifyInstalledModel.js';
import { errorCode } from '../../../src/shared/errorCode.js';
import { buildBundle, bundleFolder } from '../../builtBundle.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { COMMIT, HubServer, REPOSITORY } from '../hub/hubServer.js';

/** Of all interruptions, so many end a process by force. `INFILL_INTERRUPTIONS` asks for more of both. */
const TOTAL = Number(process.env['INFILL_INTERRUPTIONS'] ?? 300);
const KILLS = Math.round(TOTAL / 10);
const TINY = path.join(packageRoot(path.dirname(fileURLToPath(import.meta.url))), 'test/fixtures/tiny/int8');
const CHECKPOINT = checkpointPath('llada');
const WEIGHTS = 'model.safetensors';
const NAME = 'some-model';
/** Small, so that a tiny checkpoint has many blocks. */
const BLOCK_ELEMENTS = 4096;
/** What a try may write besides what is missing: a header, and a block that was not noted any more. */
const ALLOWED_BYTES = 20_000;
const isWindows = process.platform === 'win32';

void describe(`${TOTAL} interruptions of an import from the hub`, () => {
  const random = seededRandom(24);
  const below = (most: number): number => Math.floor(random.uniform() * most);
  let scratch: string;
  let root: string;
  let server: HubServer;
  /** The files of a model that was added without interruption. */
  let expected: ReadonlyMap<string, Buffer>;
  let weightBytes: number;
  const disk = { written: 0, room: Infinity };

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-interrupted-'));
    root = path.join(scratch, 'root');
    await cp(TINY, defaultModelFolder(root), { recursive: true });
    const names = ['config.json', 'tokenizer.json', WEIGHTS];
    const files = await Promise.all(
      names.map(async (name) => {
        const content = await readFile(path.join(CHECKPOINT, name));
        return [name, { content, isLarge: name === WEIGHTS }] as const;
      }),
    );
    weightBytes = files.at(-1)?.[1].content.length ?? 0;
    server = await HubServer.start(new Map(files));
    await limitDisk(disk);
    const data = path.join(scratch, 'uninterrupted');
    assert.equal((await add(data)).kind, 'added');
    expected = await modelFiles(data);
  });
  after(async () => {
    mock.restoreAll();
    server.close();
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 });
  });

  async function add(data: string, changes: Partial<AddParts> = {}): ReturnType<typeof addModel> {
    return addModel(
      { source: { kind: 'hub', repository: REPOSITORY, revision: 'main' }, precision: 'int8', answers: {} },
      {
        root,
        data,
        hub: { ...hubAccess({ HF_ENDPOINT: server.url }, ''), retryMs: [] },
        inspect: inspectCheckpoint,
        convert: (options) => convertCheckpoint({ ...options, blockElements: BLOCK_ELEMENTS }),
        compare: () => Promise.resolve({ kind: 'skipped', why: 'this is about interruptions' }),
        freeMemory: () => 1e12,
        signal: new AbortController().signal,
        onProgress: () => {},
        ...changes,
      },
    );
  }

  async function modelFiles(data: string): Promise<Map<string, Buffer>> {
    const folder = path.join(data, 'models', NAME);
    const names = (await readdir(folder)).sort();
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name))] as const)),
    );
  }

  const partOf = (data: string): string =>
    path.join(data, 'downloads', REPOSITORY.replace('/', '--'), COMMIT, `${WEIGHTS}.part`);
  const bytesOf = async (file: string): Promise<number> => (await stat(file).catch(() => undefined))?.size ?? 0;

  async function journalOf(data: string): Promise<string | undefined> {
    const models = path.join(data, 'models');
    const name = (await readdir(models).catch(() => [])).find((each) => each.startsWith('.import-'));
    const file = name === undefined ? undefined : path.join(models, name, 'journal');
    return file !== undefined && existsSync(file) ? file : undefined;
  }

  async function noHalfModel(data: string): Promise<void> {
    const models = await listModels(root, data);
    assert.deepEqual(
      models.filter(({ isBundled }) => !isBundled),
      [],
    );
  }

  /** Ranges that were asked for since the last call: never anything that was there. Headers are looked at by parts that end early. */
  function askedOnlyFor(from: number): void {
    const ranges = server.rangesOf(WEIGHTS).filter((range) => range?.endsWith(`-${weightBytes - 1}`) ?? true);
    server.requests.length = 0;
    for (const range of ranges) {
      const start = range === undefined ? 0 : Number(/^bytes=(\d+)-/.exec(range)?.[1]);
      assert.ok(start >= from, `${range ?? 'all'} is asked for, though ${from} bytes are there`);
    }
  }

  /** Each ends one try somewhere, and answers what is changed for it. */
  interface Interruption {
    /** Whether it can only come while weights are missing. */
    readonly isOfLoading: boolean;
    /** `missing` = bytes of the weights that are not there yet. */
    readonly interrupt: (cancel: AbortController, missing: number) => Partial<AddParts>;
  }
  const interruptions: Readonly<Record<string, Interruption>> = {
    'a connection that breaks': {
      isOfLoading: true,
      interrupt: (_, missing) => {
        server.faults.breakAfter = [{ path: WEIGHTS, bytes: below(missing) }];
        return {};
      },
    },
    'a cancel while it downloads': {
      isOfLoading: true,
      interrupt: (cancel, missing) => {
        const bytes = below(missing);
        server.faults.stallAt = { path: WEIGHTS, bytes };
        const onProgress: AddParts['onProgress'] = ({ phase, done, total }) => {
          if (phase === 'download' && total > 0 && done >= total - missing + bytes) cancel.abort();
        };
        return { onProgress };
      },
    },
    'a full disk': {
      isOfLoading: false,
      interrupt: (_, missing) => {
        disk.room = below(missing + weightBytes / 2);
        return {};
      },
    },
    'a cancel while it converts': {
      isOfLoading: false,
      interrupt: (cancel) => {
        const at = random.uniform();
        const onProgress: AddParts['onProgress'] = ({ phase, done, total }) => {
          if (phase === 'convert' && done >= at * total) cancel.abort();
        };
        return { onProgress };
      },
    },
    'a cancel while it compares': {
      isOfLoading: false,
      interrupt: (cancel) => ({
        compare: () => {
          cancel.abort();
          return Promise.reject(new DOMException('cancelled', 'AbortError'));
        },
      }),
    },
  };

  /** What a power failure leaves: a journal that ends anywhere, or data that never reached the disk. */
  async function damage(data: string): Promise<number> {
    const journal = await journalOf(data);
    if (journal === undefined || random.uniform() < 0.7) return 0;
    if (random.uniform() < 0.5) {
      await truncate(journal, below(await bytesOf(journal)));
      return Infinity; // that many blocks have to be converted again
    }
    const model = path.join(path.dirname(journal), 'model');
    const weights = (await readdir(model)).find((name) => name.endsWith('.safetensors'));
    if (weights === undefined) return 0;
    const handle = await open(path.join(model, weights), 'r+');
    const lost = Buffer.alloc(64);
    await handle.write(lost, 0, lost.length, below((await handle.stat()).size - lost.length));
    await handle.close();
    return ALLOWED_BYTES;
  }

  it('goes on each time, and ends with the same bytes as without any', async () => {
    const counts = new Map<string, number>();
    const kinds = Object.entries(interruptions);
    for (let done = 0, round = 0; done < TOTAL - KILLS; round++) {
      const data = path.join(scratch, `round-${round}`);
      let allowed = ALLOWED_BYTES;
      disk.written = 0;
      let isAdded = false;
      for (let left = 1 + below(19); left > 0 && done < TOTAL - KILLS && !isAdded; left--) {
        const received = existsSync(partOf(data))
          ? await bytesOf(partOf(data))
          : await bytesOf(partOf(data).slice(0, -5));
        const loading = received < weightBytes;
        const apt = kinds.filter(([, { isOfLoading }]) => loading || !isOfLoading);
        const [name, { interrupt }] = apt[below(apt.length)] ?? assert.fail();
        const cancel = new AbortController();
        const changes = interrupt(cancel, weightBytes - received);
        const outcome = await add(data, { ...changes, signal: cancel.signal }).catch(
          (error: unknown) => error as Error,
        );
        disk.room = Infinity;
        Object.assign(server.faults, { breakAfter: [], stallAt: undefined });
        askedOnlyFor(received);
        if (outcome instanceof Error) {
          done++;
          counts.set(name, (counts.get(name) ?? 0) + 1);
          const isExpected =
            cancel.signal.aborted || ['download-failed', 'invalid-request'].includes(String(errorCode(outcome)));
          assert.ok(isExpected, `${name}: ${outcome.stack ?? ''}`);
          await noHalfModel(data);
          allowed += ALLOWED_BYTES + (await damage(data));
        } else {
          isAdded = outcome.kind === 'added'; // what should have interrupted came too late
        }
      }
      if (!isAdded) assert.equal((await add(data)).kind, 'added');
      assert.deepEqual(await modelFiles(data), expected);
      const needed = weightBytes + (expected.get('network-00001-of-00001.safetensors')?.length ?? 0) + 200_000;
      assert.ok(disk.written <= needed + allowed, `${disk.written} bytes were written instead of ${needed}`);
      assert.deepEqual(await keptImports(data), []);
      await rm(data, { recursive: true });
    }
    for (const [name] of kinds) assert.ok((counts.get(name) ?? 0) > TOTAL / 60, `${name}: ${counts.get(name) ?? 0}`);
  });

  it(`${KILLS} of them a process that is killed`, { skip: isWindows }, async () => {
    const folder = await bundleFolder('adding-');
    const child = path.join(folder, 'adding.cjs');
    await buildBundle('test/modelStore/add/addingChild.ts', child);
    /** Runs it until `kill` says so; answers whether it came to its end before. */
    const run = async (data: string, kill: (phase: string, now: () => void) => void): Promise<boolean> => {
      const started = spawn(process.execPath, [child, root, data, server.url, REPOSITORY, String(BLOCK_ELEMENTS)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      started.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        kill(said, () => started.kill('SIGKILL'));
      });
      const timer = setInterval(() => kill('', () => started.kill('SIGKILL')), 2);
      await once(started, 'close');
      clearInterval(timer);
      return said.endsWith('done\n');
    };
    try {
      let converting = 100;
      let data = path.join(scratch, 'killed-0');
      for (let kills = 0; kills < KILLS;) {
        const received = Math.max(await bytesOf(partOf(data)), await bytesOf(partOf(data).slice(0, -5)));
        const isLoading = received < weightBytes;
        let begin: number | undefined;
        const delay = random.uniform() * converting;
        const bytes = below(weightBytes - received + 1);
        if (isLoading && bytes > 0) server.faults.stallAt = { path: WEIGHTS, bytes };
        const isDone = await run(data, (said, now) => {
          if (said.includes('convert') && begin === undefined) {
            begin = performance.now();
            setTimeout(now, delay);
          }
          if (said.includes('verify') && begin !== undefined) converting = Math.max(20, performance.now() - begin);
          if (isLoading && bytes > 0 && existsSync(partOf(data))) {
            void bytesOf(partOf(data)).then((size) => (size >= received + bytes ? now() : undefined));
          }
        });
        server.faults.stallAt = undefined;
        askedOnlyFor(received);
        if (isDone) {
          assert.deepEqual(await modelFiles(data), expected);
          data = path.join(scratch, `killed-${kills}`);
          continue;
        }
        kills++;
        if (!existsSync(path.join(data, 'models', NAME))) {
          await noHalfModel(data);
          continue;
        }
        // It was killed between the model's last step and its own end.
        assert.equal((await verifyInstalledModel(path.join(data, 'models', NAME), data)).error, undefined);
        assert.deepEqual(await modelFiles(data), expected);
        data = path.join(scratch, `killed-${kills}-again`);
      }
      if (!existsSync(path.join(data, 'models', NAME))) assert.equal((await add(data)).kind, 'added');
      assert.deepEqual(await modelFiles(data), expected);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('two that add the same at once wait for each other, and the second finds the model', async () => {
    const data = path.join(scratch, 'both');
    const phases: string[] = [];
    const parts = { onProgress: ({ phase }: { phase: string }) => phases.push(phase) } as Partial<AddParts>;
    const both = await Promise.allSettled([add(data, parts), add(data, parts)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.ok(phases.includes('wait'));
    assert.deepEqual(await modelFiles(data), expected);
  });

  it('so do two of one folder, and both are added under names of their own', async () => {
    const data = path.join(scratch, 'folders');
    const source = { kind: 'folder', folder: CHECKPOINT } as const;
    const adding = ['one', 'two'].map((name) =>
      addModel(
        { source, name, precision: 'int8', answers: {} },
        {
          root,
          data,
          hub: hubAccess({}, ''),
          inspect: inspectCheckpoint,
          convert: convertCheckpoint,
          compare: () => Promise.resolve({ kind: 'skipped', why: '' }),
          freeMemory: () => 1e12,
          signal: new AbortController().signal,
          onProgress: () => {},
        },
      ),
    );
    for (const outcome of await Promise.all(adding)) assert.equal(outcome.kind, 'added');
    assert.deepEqual(await readdir(path.join(data, 'models')), ['one', 'two']);
  });
});

/** From now on all that is written through file handles counts, and what is beyond `room` is refused as by a full disk. */
async function limitDisk(disk: { written: number; room: number }): Promise<void> {
  const file = path.join(tmpdir(), `infill-handle-${process.pid}`);
  await writeFile(file, '');
  const handle = await open(file);
  const prototype = Object.getPrototypeOf(handle) as { write: typeof handle.write };
  await handle.close();
  await rm(file);
  const { write } = prototype;
  type Arguments = [bytes: Uint8Array, offset?: number, length?: number, position?: number | null];
  mock.method(prototype, 'write', async function (this: typeof handle, ...given: Arguments) {
    const [bytes, offset = 0, length = bytes.length - offset, position = null] = given;
    const taken = Math.min(length, disk.room);
    disk.room -= taken;
    disk.written += taken;
    if (taken === 0 && length > 0)
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    return Reflect.apply(write, this, [bytes, offset, taken, position]) as Promise<unknown>;
  });
}
