import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultModelFolder } from '../../src/modelStore/bundledModels.js';
import { dataFolder } from '../../src/modelStore/dataFolder.js';
import { readDefaultModel, writeDefaultModel } from '../../src/modelStore/defaultModel.js';
import { describeModels } from '../../src/modelStore/describeModels.js';
import { findModel } from '../../src/modelStore/findModel.js';
import { readSpeeds, recordSpeed } from '../../src/modelStore/measuredSpeed.js';
import { refuseTooLarge } from '../../src/modelStore/refuseTooLarge.js';
import { suggestedModelName, userModelFolder } from '../../src/modelStore/modelNames.js';
import { packageRoot } from '../../src/modelStore/packageRoot.js';
import { removeModel } from '../../src/modelStore/removeModel.js';
import { parseHubId } from '../../src/modelStore/hub/hubId.js';

const REPOSITORY = packageRoot(path.dirname(fileURLToPath(import.meta.url)));
const TINY = path.join(REPOSITORY, 'test/fixtures/tiny/int8');
const isWindows = process.platform === 'win32';

void describe('models that a person has added', () => {
  let scratch: string;
  let root: string;
  let data: string;

  before(async () => (scratch = await mkdtemp(path.join(tmpdir(), 'infill-user-models-'))));
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => {
    root = await mkdtemp(path.join(scratch, 'root-'));
    data = await mkdtemp(path.join(scratch, 'data-'));
    await cp(TINY, defaultModelFolder(root), { recursive: true });
    await cp(TINY, userModelFolder(data, 'mine'), { recursive: true });
  });

  it('are listed after the bundled ones, with what they need and what was measured', async () => {
    await mkdir(userModelFolder(data, 'broken'));
    await mkdir(path.join(data, 'models', '.adding-1'));
    await recordSpeed(data, userModelFolder(data, 'mine'), { msPerStep: 12.5, device: 'cpu' });
    const listed = await describeModels(root, data);
    assert.deepEqual(
      listed.map(({ name, isBundled, problem }) => [name, isBundled, problem === '']),
      [
        ['infill-code-135m', true, true],
        ['broken', false, false],
        ['mine', false, true],
      ],
    );
    const [bundled, , mine] = listed;
    assert.deepEqual([mine?.msPerStep, mine?.measuredOn, mine?.license], [12.5, 'cpu', bundled?.license]);
    assert.equal(bundled?.msPerStep, null);
    assert.ok((mine?.memoryBytes ?? 0) > (mine?.bytes ?? 0));
  });

  it('are found by name, never by a path', async () => {
    assert.equal((await findModel('mine', root, data))?.folder, path.join(data, 'models', 'mine'));
    assert.equal((await findModel('infill-code-135m', root, data))?.isBundled, true);
    for (const name of ['', '.', '..', '../models/mine', 'other', path.join(data, 'models', 'mine')]) {
      assert.equal(await findModel(name, root, data), undefined, name);
    }
  });

  it('are removed whole; the default goes back to the bundled one', async () => {
    await writeDefaultModel(data, 'mine');
    const { folder } = await removeModel('mine', root, data);
    assert.equal(existsSync(folder), false);
    assert.deepEqual(await readdir(path.join(data, 'models')), []);
    assert.equal(await readDefaultModel(data), '');
    await assert.rejects(removeModel('mine', root, data), { code: 'model-missing', remedy: /models list/ });
  });

  it('are the only ones that can be removed', async () => {
    await assert.rejects(removeModel('infill-code-135m', root, data), { code: 'invalid-request', message: /bundled/ });
    for (const name of ['..', '.', '', '../data', '../../root']) {
      await assert.rejects(removeModel(name, root, data), { code: 'model-missing' }, name);
    }
    assert.ok(existsSync(path.join(userModelFolder(data, 'mine'), 'manifest.json')));
    assert.ok(existsSync(path.join(defaultModelFolder(root), 'manifest.json')));
  });

  it('are removed without following links', { skip: isWindows }, async () => {
    const precious = path.join(scratch, 'precious');
    await mkdir(precious, { recursive: true });
    await writeFile(path.join(precious, 'file'), 'x');
    await symlink(precious, path.join(userModelFolder(data, 'mine'), 'link'));
    await removeModel('mine', root, data);
    await symlink(precious, path.join(data, 'models', 'linked'));
    await assert.rejects(removeModel('linked', root, data), { code: 'invalid-request', message: /is a link/ });
    assert.equal(await readFile(path.join(precious, 'file'), 'utf8'), 'x');
    assert.ok(!(await describeModels(root, data)).some(({ name }) => name === 'linked'));
  });

  it('have names that are folders on every system', () => {
    assert.equal(suggestedModelName('GSAI-ML/LLaDA-8B-Base'), 'llada-8b-base');
    assert.equal(suggestedModelName('/models/My Model (2)/'), 'my-model-2-');
    assert.equal(suggestedModelName('C:\\models\\.hidden.'), 'hidden');
    assert.equal(suggestedModelName('con'), 'model');
    for (const name of ['', '.', '..', 'a/b', 'a\\b', 'Upper', 'nul', 'com1.x', 'dot.', '-x', 'a b', 'x'.repeat(81)]) {
      assert.throws(() => userModelFolder(data, name), { code: 'invalid-request' }, name);
    }
    assert.throws(() => userModelFolder(data, 'infill-code-135m'), { message: /bundled/ });
  });

  it('stand where the system keeps such data, or where a variable says', () => {
    const home = path.resolve('/home/ann');
    assert.equal(dataFolder({ INFILL_HOME: path.resolve('/x') }, 'linux', home), path.resolve('/x'));
    assert.equal(dataFolder({}, 'linux', home), path.join(home, '.local', 'share', 'infill'));
    assert.equal(
      dataFolder({ XDG_DATA_HOME: path.resolve('/d') }, 'linux', home),
      path.join(path.resolve('/d'), 'infill'),
    );
    assert.equal(dataFolder({ XDG_DATA_HOME: 'd' }, 'linux', home), path.join(home, '.local', 'share', 'infill'));
    assert.equal(dataFolder({}, 'darwin', home), path.join(home, 'Library', 'Application Support', 'Infill'));
    assert.equal(dataFolder({}, 'win32', home), path.join(home, 'AppData', 'Local', 'Infill'));
  });

  it('one of them can be the default', async () => {
    assert.equal(await readDefaultModel(data), '');
    await writeDefaultModel(data, 'mine');
    assert.equal(await readDefaultModel(data), 'mine');
    await writeFile(path.join(data, 'settings.json'), '{"model": 1}');
    await assert.rejects(readDefaultModel(data), { code: 'invalid-request', message: /settings\.json/ });
  });

  it('are refused where memory does not suffice', () => {
    const model = { name: 'large', bytes: 8e9 };
    refuseTooLarge(model, { env: {}, available: 8e9 });
    refuseTooLarge(model, { env: {}, available: 7e9, reusable: 1e9 });
    refuseTooLarge(model, { env: { INFILL_ANY_MEMORY: '1' }, available: 1e9 });
    assert.throws(() => refuseTooLarge(model, { env: {}, available: 7e9 }), {
      code: 'model-unsupported',
      message: 'The model large needs about 8.0 GB of memory; 7.0 GB are free here.',
    });
  });

  it('keep their measured speed; a damaged file counts as none', async () => {
    await recordSpeed(data, '/a', { msPerStep: 1, device: 'cpu' });
    await recordSpeed(data, '/b', { msPerStep: 2, device: 'cuda' });
    assert.deepEqual(
      [...(await readSpeeds(data))],
      [
        ['/a', { msPerStep: 1, device: 'cpu' }],
        ['/b', { msPerStep: 2, device: 'cuda' }],
      ],
    );
    await writeFile(path.join(data, 'speeds.json'), '{"/a": {"msPerStep": "fast"}, "/b"');
    assert.equal((await readSpeeds(data)).size, 0);
    await writeFile(path.join(data, 'speeds.json'), '{"/a": {"msPerStep": "fast", "device": "cpu"}}');
    assert.equal((await readSpeeds(data)).size, 0);
  });

  it('can be named as on the hub', () => {
    const id = { repository: 'GSAI-ML/LLaDA-8B-Base', revision: 'main' };
    assert.deepEqual(parseHubId('GSAI-ML/LLaDA-8B-Base'), id);
    assert.deepEqual(parseHubId('https://huggingface.co/GSAI-ML/LLaDA-8B-Base'), id);
    assert.deepEqual(parseHubId('GSAI-ML/LLaDA-8B-Base@v1.0'), { ...id, revision: 'v1.0' });
    assert.deepEqual(parseHubId('https://huggingface.co/a/b/tree/refs/pr/3'), {
      repository: 'a/b',
      revision: 'refs/pr/3',
    });
    for (const text of ['a', 'a/b/c', '../b', 'a/..', './a', 'a/b@../c', 'http://example.org/a/b', 'a b/c', '']) {
      assert.equal(parseHubId(text), undefined, text);
    }
  });
});
