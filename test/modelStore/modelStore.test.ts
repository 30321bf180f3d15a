import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultModelFolder } from '../../src/modelStore/bundledModels.js';
import { listModels } from '../../src/modelStore/listModels.js';
import { modelFolder } from '../../src/modelStore/modelFolder.js';
import { packageRoot } from '../../src/modelStore/packageRoot.js';
import { resolveModel } from '../../src/modelStore/resolveModel.js';
import { verifyInstalledModel } from '../../src/modelStore/verifyInstalledModel.js';

const REPOSITORY = packageRoot(path.dirname(fileURLToPath(import.meta.url)));
const TINY = path.join(REPOSITORY, 'test/fixtures/tiny/int8');

void describe('the model store', () => {
  let scratch: string;
  /** An installation of Infill whose bundled model is the tiny one. */
  let root: string;
  let folder: string;
  /** The data folder of a person. */
  let data: string;
  /** The model that a setting means, written in the installation's folder. */
  const chosen = (setting: string): ReturnType<typeof resolveModel> =>
    resolveModel(modelFolder(setting, { root, base: root }), root);

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-models-'));
  });
  beforeEach(async () => {
    root = await mkdtemp(path.join(scratch, 'root-'));
    data = path.join(root, 'home');
    folder = defaultModelFolder(root);
    await cp(TINY, folder, { recursive: true });
    await writeFile(path.join(root, 'package.json'), '{}');
  });
  after(() => rm(scratch, { recursive: true }));

  it('finds where it is installed from a bundle', async () => {
    await mkdir(path.join(root, 'dist'));
    assert.equal(packageRoot(path.join(root, 'dist')), root);
  });

  it('uses the bundled model where nothing is set, and a folder or its manifest where one is', async () => {
    const bundled = await chosen(' ');
    assert.deepEqual([bundled.folder, bundled.isBundled], [folder, true]);
    assert.ok(bundled.bytes > 10_000);
    assert.ok(bundled.manifest.name.length > 0);
    const another = await chosen(TINY + path.sep);
    assert.deepEqual([another.folder, another.isBundled], [TINY, false]);
    assert.equal((await chosen(path.join(TINY, 'manifest.json'))).folder, TINY);
  });

  it('says what is wrong with a path', async () => {
    await assert.rejects(chosen('models/x'), {
      code: 'model-missing',
      message: `The model folder ${path.join(root, 'models', 'x')} does not exist or cannot be read.`,
    });
    const nowhere = path.join(root, 'nowhere');
    await assert.rejects(chosen(nowhere), {
      code: 'model-missing',
      message: /nowhere does not exist/,
      remedy: /infill\.model/,
    });
    await assert.rejects(chosen(path.join(root, 'package.json')), {
      code: 'model-missing',
      message: /is a file/,
    });
    await assert.rejects(chosen(root), { code: 'model-missing', message: /manifest\.json/ });
  });

  it('says what is wrong with a model', async () => {
    const weights = path.join(folder, 'denoiser.safetensors');
    await truncate(weights, 100);
    await assert.rejects(chosen(''), {
      code: 'model-corrupt',
      message: /denoiser\.safetensors has 100 bytes/,
    });
    await rm(weights);
    // However the bundled model is named, what helps is the same.
    for (const setting of ['', folder, path.join(folder, 'manifest.json')]) {
      await assert.rejects(chosen(setting), { code: 'model-missing', remedy: 'Install Infill again.' });
    }
    await writeFile(path.join(folder, 'manifest.json'), '{');
    await assert.rejects(chosen(''), { code: 'model-corrupt', message: /not valid JSON/ });
  });

  it('lists usable and unusable models', async () => {
    await mkdir(path.join(root, 'models', 'another'));
    const listed = await listModels(root, data);
    assert.deepEqual(
      listed.map((each) => [each.name, each.kind, each.isBundled]),
      [
        ['another', 'unusable', true],
        [path.basename(folder), 'usable', true],
      ],
    );
    await assert.rejects(listModels(scratch, data), { code: 'model-missing' });
  });

  it('notices a single flipped bit', async () => {
    assert.equal((await verifyInstalledModel(folder, data)).error, undefined);
    const file = await open(path.join(folder, 'denoiser.safetensors'), 'r+');
    const byte = Buffer.alloc(1);
    const { size } = await file.stat();
    await file.read(byte, 0, 1, size - 1);
    byte.writeUInt8(byte.readUInt8(0) ^ 1);
    await file.write(byte, 0, 1, size - 1);
    await file.close();
    const { error } = await verifyInstalledModel(folder, data);
    assert.equal(error?.code, 'model-corrupt');
    assert.match(error.message, /denoiser\.safetensors is damaged: its SHA-256/);
  });
});
