import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { addModel } from '../../src/modelStore/add/addModel.js';
import { hubAccess } from '../../src/modelStore/hub/hubAccess.js';
import { openModel } from '../../src/modelStore/installedModel.js';
import { verifyInstalledModel } from '../../src/modelStore/verifyInstalledModel.js';
import { verifyOnFirstUse } from '../../src/modelStore/verifyOnFirstUse.js';
import { run } from '../cli/cliRun.js';
import { TINY_INT8 } from '../engine/fixtures.js';

const WEIGHTS = 'denoiser.safetensors';
const corrupt = { code: 'model-corrupt', message: /denoiser\.safetensors is damaged: its SHA-256/, remedy: /\w/ };

void describe('before its first use a model', () => {
  let scratch: string;
  let folder: string;
  let data: string;
  let weights: string;

  before(async () => (scratch = await realpath(await mkdtemp(path.join(tmpdir(), 'infill-first-use-')))));
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(path.join(scratch, 'model-'));
    data = path.join(await mkdtemp(path.join(scratch, 'data-')), 'infill');
    weights = path.join(folder, WEIGHTS);
    await cp(TINY_INT8, folder, { recursive: true });
  });

  /** Bytes that were read for checksums. */
  async function bytesRead(model = folder): Promise<number> {
    let read = 0;
    const onRead = (bytes: number): number => (read += bytes);
    await verifyOnFirstUse(model, (await openModel(model, false)).manifest, { data, onRead });
    return read;
  }

  async function flipLastBit(): Promise<void> {
    const bytes = await readFile(weights);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(weights, bytes);
  }

  it('is read once, and of a file that changes that file once more', async () => {
    assert.equal(await bytesRead(), (await openModel(folder, false)).bytes);
    assert.equal(await bytesRead(), 0);
    await writeFile(weights, await readFile(weights));
    assert.equal(await bytesRead(), (await stat(weights)).size);
    assert.equal(await bytesRead(), 0);
  });

  it('is refused where a bit is wrong, without reading it again each time, until it is replaced', async () => {
    await flipLastBit();
    await assert.rejects(bytesRead(), corrupt);
    const { manifest } = await openModel(folder, false);
    const read: number[] = [];
    await assert.rejects(verifyOnFirstUse(folder, manifest, { data, onRead: (bytes) => read.push(bytes) }), corrupt);
    assert.ok(!read.includes((await stat(weights)).size));
    await cp(path.join(TINY_INT8, WEIGHTS), weights);
    await bytesRead();
    assert.equal(await bytesRead(), 0);
  });

  it('is read again where the file was changed and its time put back', async () => {
    await bytesRead();
    const { atime, mtime } = await stat(weights);
    await flipLastBit();
    await utimes(weights, atime, mtime);
    await assert.rejects(bytesRead(), corrupt);
  });

  it('is read each time where nothing can be remembered, or what was is damaged', async () => {
    const { bytes } = await openModel(folder, false);
    await bytesRead();
    for (const text of ['{', '[]', '{"x":{"sha256":5}}', 'null']) {
      await writeFile(path.join(data, 'checksums.json'), text);
      assert.equal(await bytesRead(), bytes, text);
    }
    data = path.join(weights, 'no folder');
    assert.deepEqual([await bytesRead(), await bytesRead()], [bytes, bytes]);
  });

  it('is not read to the end when that is cancelled', async () => {
    const { manifest } = await openModel(folder, false);
    const cancel = new AbortController();
    const onRead = (): void => cancel.abort();
    await assert.rejects(verifyOnFirstUse(folder, manifest, { data, signal: cancel.signal, onRead }), {
      name: 'AbortError',
    });
    assert.equal(await bytesRead(), (await openModel(folder, false)).bytes, 'nothing of it counts as known');
  });

  it('that was verified, or has just been added, is known', async () => {
    assert.equal((await verifyInstalledModel(folder, data)).error, undefined);
    assert.equal(await bytesRead(), 0);
    const outcome = await addModel(
      { source: { kind: 'folder', folder }, name: 'added', precision: 'auto', answers: {} },
      {
        ...{ root: scratch, data, hub: hubAccess({}, ''), freeMemory: () => 1e12, onProgress: () => {} },
        signal: new AbortController().signal,
        inspect: () => Promise.reject(new Error('it is converted already')),
        convert: () => Promise.reject(new Error('it is converted already')),
        compare: () => Promise.reject(new Error('it is converted already')),
      },
    );
    assert.ok(outcome.kind === 'added');
    assert.equal(await bytesRead(outcome.model.folder), 0);
  });

  it('that decays without being changed is refused once that was found out by verifying', async () => {
    await bytesRead();
    const memory = path.join(data, 'checksums.json');
    await flipLastBit();
    // As if the bit had flipped on the disk: times and length are those of the intact file.
    const { size, mtimeNs, ctimeNs } = await stat(weights, { bigint: true });
    const sums = JSON.parse(await readFile(memory, 'utf8')) as Record<string, Record<string, string>>;
    Object.assign(sums[weights] ?? {}, { bytes: `${size}`, modified: `${mtimeNs}`, changed: `${ctimeNs}` });
    await writeFile(memory, JSON.stringify(sums));
    assert.equal(await bytesRead(), 0, 'nobody can know');
    assert.equal((await verifyInstalledModel(folder, data)).error?.code, 'model-corrupt');
    await assert.rejects(bytesRead(), corrupt);
  });

  it('is not computed with by the command line where it is damaged', async () => {
    const file = path.join(scratch, 'a.ts');
    await writeFile(file, 'const a = \n');
    const env = { INFILL_MODEL: folder, INFILL_HOME: data };
    const args = ['fill', file, '--at', '1:11', '--steps', '1', '--min-confidence', '0'];
    await flipLastBit();
    const damaged = await run(args, { env });
    assert.deepEqual([damaged.exitCode, damaged.stdout], [1, '']);
    assert.match(damaged.stderr, /^infill: The model file .*denoiser\.safetensors is damaged: its SHA-256/);
    await cp(path.join(TINY_INT8, WEIGHTS), weights);
    assert.doesNotMatch((await run(args, { env })).stderr, /damaged|unexpected/);
  });
});
