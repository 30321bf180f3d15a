import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { InfillError, type ErrorCode } from '../../../../src/shared/infillError.js';
import { loadModel } from '../../../../src/engine/network/loadModel.js';
import { readSafetensorsHeader } from '../../../../src/engine/network/folder/safetensors.js';
import { TINY_ONE_NETWORK } from '../../fixtures.js';
import { verifyModel } from '../../../../src/engine/network/folder/verifyModel.js';

const ENCODER = 'encoder-00001-of-00001.safetensors';
const load = async (folder: string): Promise<void> => {
  await (await loadModel(folder, { device: 'cpu', threads: 1 })).model.dispose();
};

describe('a damaged model folder', () => {
  let base = '';
  let folder = '';
  let count = 0;
  before(async () => {
    base = await mkdtemp(path.join(os.tmpdir(), 'infill-model-'));
  });
  after(async () => rm(base, { recursive: true }));
  beforeEach(async () => {
    count += 1;
    folder = path.join(base, `model ${count} ü`);
    await cp('test/fixtures/tiny/int8', folder, { recursive: true });
  });

  async function fails(action: (folder: string) => Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
    await assert.rejects(action(folder), (error: unknown) => {
      assert.ok(error instanceof InfillError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.notEqual(error.remedy, '');
      return true;
    });
  }

  /** Rewrites a safetensors header, and keeps manifest and file sizes right. */
  async function editHeader(change: (header: Record<string, { shape: number[] }>) => void): Promise<void> {
    const file = path.join(folder, ENCODER);
    const bytes = await readFile(file);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, { shape: number[] }>;
    change(header);
    const text = JSON.stringify(header);
    assert.ok(text.length <= length, 'the new header must fit in the place of the old one');
    bytes.write(text.padEnd(length), 8);
    await writeFile(file, bytes);
  }

  it('is none: the copy loads and verifies, from a folder with blanks and umlauts', async () => {
    await load(folder);
    assert.equal((await verifyModel(folder)).name, 'tiny');
  });

  it('missing file', async () => {
    await rm(path.join(folder, 'denoiser.safetensors'));
    await fails(load, 'model-missing', /denoiser\.safetensors/);
    await fails(verifyModel, 'model-missing', /denoiser\.safetensors/);
  });

  it('missing tokenizer', async () => {
    await rm(path.join(folder, 'tokenizer.json'));
    await fails(load, 'model-missing', /tokenizer\.json/);
  });

  it('truncated file', async () => {
    await truncate(path.join(folder, ENCODER), 1000);
    await fails(load, 'model-corrupt', /1000 bytes/);
  });

  it('flipped bit in the weights: found by verifying', async () => {
    const file = path.join(folder, 'denoiser.safetensors');
    const bytes = await readFile(file);
    bytes[bytes.length - 100]! ^= 1;
    await writeFile(file, bytes);
    await fails(verifyModel, 'model-corrupt', /denoiser\.safetensors.*SHA-256/);
  });

  it('header length beyond the file', async () => {
    const file = path.join(folder, ENCODER);
    const bytes = await readFile(file);
    bytes.writeBigUInt64LE(1n << 40n);
    await writeFile(file, bytes);
    await fails(load, 'model-corrupt', /header claims/);
  });

  it('header that is not JSON', async () => {
    const file = path.join(folder, ENCODER);
    const bytes = await readFile(file);
    bytes.write('#', 8);
    await writeFile(file, bytes);
    await fails(load, 'model-corrupt', /not valid JSON/);
  });

  it('tensor that is missing', async () => {
    await editHeader((header) => {
      header['encoder.layers.2.norm3'] = header['encoder.layers.2.norm1']!;
      Reflect.deleteProperty(header, 'encoder.layers.2.norm1');
    });
    await fails(load, 'model-corrupt', /encoder\.layers\.2\.norm1 is missing/);
  });

  it('tensor of the wrong shape', async () => {
    await editHeader((header) => header['encoder.layers.0.o.weight']!.shape.reverse().splice(0, 2, 96, 24));
    await fails(load, 'model-corrupt', /encoder\.layers\.0\.o\.weight is INT8 \[96, 24\], not INT8 \[48, 48\]/);
  });

  it('tensor that the manifest has no place for', async () => {
    const { folder: source } = TINY_ONE_NETWORK.find(({ weights }) => weights === 'all')!;
    await cp(source, folder, { recursive: true });
    const file = path.join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as { architecture: { layers: number } };
    manifest.architecture.layers -= 1;
    await writeFile(file, JSON.stringify(manifest));
    await fails(load, 'model-corrupt', /do not fit the manifest: it has no place for tensor network\.layers\.3\./);
  });

  it('tensor whose shape does not fit its bytes', async () => {
    await editHeader((header) => (header['encoder.norm']!.shape = [47]));
    await fails(load, 'model-corrupt', /encoder\.norm has 192 bytes, its shape needs 188/);
  });

  it('links within the folder are followed', async () => {
    const store = path.join(folder, 'store');
    await mkdir(store);
    for (const name of [ENCODER, 'denoiser.safetensors']) {
      await rename(path.join(folder, name), path.join(store, `blob of ${name}`));
      await symlink(path.join(store, `blob of ${name}`), path.join(folder, name));
    }
    await load(folder);
  });

  it('links into several folders are refused with a reason', async () => {
    const other = path.join(folder, 'elsewhere');
    await mkdir(other);
    await rename(path.join(folder, ENCODER), path.join(other, ENCODER));
    await symlink(path.join(other, ENCODER), path.join(folder, ENCODER));
    await fails(load, 'model-unsupported', /links into several folders/);
  });

  const names = ['manifest.json', 'tokenizer.json', ENCODER];

  it('links out of the folder are refused, whatever they lead to', async () => {
    for (const name of names) {
      const outside = path.join(base, `outside ${count} ${name}`);
      await rename(path.join(folder, name), outside);
      await symlink(outside, path.join(folder, name));
      for (const action of [load, verifyModel]) {
        await fails(action, 'model-corrupt', new RegExp(`${name.replaceAll('.', '\\.')} is a link that leads out`));
      }
      await rm(path.join(folder, name));
      await rename(outside, path.join(folder, name));
    }
    await load(folder);
  });

  it('links to devices, folders and named pipes are no files', { skip: process.platform === 'win32' }, async () => {
    for (const name of names) {
      const place = path.join(folder, name);
      await rename(place, `${place}.kept`);
      const makes = [
        () => symlink('/dev/zero', place),
        () => mkdir(place),
        () => Promise.resolve(execFileSync('mkfifo', [place])),
      ];
      for (const make of makes) {
        await make();
        for (const action of [load, verifyModel]) {
          await fails(action, 'model-corrupt', /is no plain file|leads out/);
        }
        await rm(place, { recursive: true });
      }
      await rename(`${place}.kept`, place);
    }
  });

  it('files that are larger than any of their kind', async () => {
    await truncate(path.join(folder, 'manifest.json'), 2e6);
    await fails(load, 'model-corrupt', /manifest\.json has 2000000 bytes; such a file has at most/);
  });
});

describe('safetensors header', () => {
  it('gives each tensor its place in the file', async () => {
    const { tensors } = await readSafetensorsHeader('test/fixtures/tiny/int8/denoiser.safetensors');
    const norm = tensors.get('denoiser.norm')!;
    assert.deepEqual([norm.dtype, norm.shape, norm.bytes], ['F32', [48], 192]);
    const bytes = await readFile('test/fixtures/tiny/int8/denoiser.safetensors');
    const values = Array.from({ length: 48 }, (_, i) => bytes.readFloatLE(norm.offset + 4 * i));
    assert.ok(
      values.every((value) => value > 0 && value < 20),
      'a norm is positive',
    );
    const ends = [...tensors.values()].map(({ offset, bytes: length }) => offset + length);
    assert.equal(Math.max(...ends), bytes.length);
  });
});
