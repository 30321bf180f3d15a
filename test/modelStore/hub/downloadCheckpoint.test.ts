import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import {
  downloadCheckpoint,
  type DownloadedCheckpoint,
  type DownloadOptions,
} from '../../../src/modelStore/hub/downloadCheckpoint.js';
import { hubAccess } from '../../../src/modelStore/hub/hubAccess.js';
import { COMMIT, HubServer, REPOSITORY } from './hubServer.js';

const WEIGHTS = 'model.safetensors';
const MIDDLE = 400_000;
const TOKEN = 'hf_secretSecretSecret';

void describe('a download from the hub', () => {
  const weights = randomBytes(1_000_000);
  const files = new Map([
    ['config.json', { content: Buffer.from('{"model_type":"llama"}'), isLarge: false }],
    ['tokenizer.json', { content: Buffer.from('{"model":{}}'), isLarge: false }],
    ['tokenizer_config.json', { content: Buffer.from('{}'), isLarge: false }],
    [WEIGHTS, { content: weights, isLarge: true }],
    ['pytorch_model.bin', { content: randomBytes(100), isLarge: true }],
    ['README.md', { content: Buffer.from('# Model'), isLarge: false }],
    ['consolidated.safetensors', { content: weights, isLarge: true }],
  ]);
  let scratch: string;
  let downloads: string;
  let server: HubServer;

  before(async () => (scratch = await mkdtemp(path.join(tmpdir(), 'infill-hub-'))));
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => {
    downloads = await mkdtemp(path.join(scratch, 'downloads-'));
    server = await HubServer.start(files);
  });
  afterEach(() => server.close());

  function download(
    options: { token?: string; repository?: string; onProgress?: (done: number) => void } & Partial<
      Pick<DownloadOptions, 'signal' | 'onDescribed'>
    > = {},
  ): Promise<DownloadedCheckpoint> {
    const { token = '', signal = new AbortController().signal, repository = REPOSITORY, onProgress } = options;
    const { onDescribed = (): Promise<void> => Promise.resolve() } = options;
    const access = { ...hubAccess({ HF_ENDPOINT: `${server.url}/` }, token), retryMs: [0, 1, 1] };
    return downloadCheckpoint(
      { repository, revision: 'main' },
      { downloads, access, signal, onDescribed, onProgress: (done) => onProgress?.(done) },
    );
  }

  it('fetches what a conversion needs, and nothing else', async () => {
    const seen: number[] = [];
    const { folder, revision, license } = await download({ onProgress: (done) => seen.push(done) });
    assert.deepEqual([revision, license], [COMMIT, 'apache-2.0']);
    const names = await readdir(folder);
    assert.deepEqual(names.sort(), ['config.json', WEIGHTS, 'tokenizer.json', 'tokenizer_config.json'].sort());
    assert.deepEqual(await readFile(path.join(folder, WEIGHTS)), weights);
    assert.equal(seen.at(-1), weights.length);
    assert.ok(seen.every((done, i) => done >= (seen[i - 1] ?? 0)));
  });

  it('goes on where a transfer broke, by a range request', async () => {
    server.faults.breakAfter = [
      { path: WEIGHTS, bytes: MIDDLE },
      { path: WEIGHTS, bytes: 100_000 },
    ];
    const { folder } = await download();
    assert.deepEqual(await readFile(path.join(folder, WEIGHTS)), weights);
    const ranges = server.rangesOf(WEIGHTS);
    assert.equal(ranges.length, 3);
    assert.deepEqual(ranges.slice(0, 2), [undefined, `bytes=${MIDDLE}-${weights.length - 1}`]);
  });

  it('goes on where an earlier run stopped, and does not fetch whole files again', async () => {
    server.faults.breakAfter = Array.from({ length: 9 }, (_, n) => ({ path: WEIGHTS, bytes: n === 0 ? MIDDLE : 0 }));
    await assert.rejects(download(), { code: 'download-failed', remedy: /goes on where it stopped/ });
    server.faults.breakAfter = [];
    server.requests.length = 0;
    const { folder } = await download();
    assert.deepEqual(await readFile(path.join(folder, WEIGHTS)), weights);
    assert.deepEqual(server.rangesOf(WEIGHTS), [`bytes=${MIDDLE}-${weights.length - 1}`]);
    assert.deepEqual(server.rangesOf('config.json'), []);
  });

  it('starts again where the server knows no ranges', async () => {
    server.faults.breakAfter = [{ path: WEIGHTS, bytes: MIDDLE }];
    server.faults.ignoresRanges = true;
    const { folder } = await download();
    assert.deepEqual(await readFile(path.join(folder, WEIGHTS)), weights);
  });

  it('replaces what an earlier run has left damaged', async () => {
    const folder = path.join(downloads, 'some-owner--Some-Model', COMMIT);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, `${WEIGHTS}.part`), randomBytes(MIDDLE));
    await writeFile(path.join(folder, 'config.json'), '{"model_type":"LLAMA"}'); // of the right length
    await download();
    assert.deepEqual(await readFile(path.join(folder, WEIGHTS)), weights);
    assert.match(await readFile(path.join(folder, 'config.json'), 'utf8'), /llama/);
  });

  for (const name of [WEIGHTS, 'config.json']) {
    it(`refuses ${name} with another checksum than the hub's, and keeps nothing of it`, async () => {
      server.faults.damaged.add(name);
      await assert.rejects(download(), {
        code: 'download-failed',
        message: new RegExp(`^${name} of ${REPOSITORY} arrived damaged`),
      });
      const folder = path.join(downloads, 'some-owner--Some-Model', COMMIT);
      assert.ok(!(await readdir(folder)).some((file) => file.startsWith(name)));
    });
  }

  it('says which file is missing', async () => {
    server.faults.gone.add('tokenizer.json');
    await assert.rejects(download(), { code: 'download-failed', message: /tokenizer\.json of .* is not there/ });
  });

  it('tells about the token where access is refused, and never shows one', async () => {
    server.faults.token = TOKEN;
    const wrong = 'hf_wrongWrongWrong';
    for (const token of ['', wrong]) {
      await assert.rejects(download({ token }), (error: Error & { code: string; remedy: string }) => {
        assert.equal(error.code, 'download-failed');
        assert.match(error.message, /does not give access .* 401/);
        assert.match(error.remedy, /HF_TOKEN/);
        assert.ok(!JSON.stringify([error, error.stack, error.cause]).includes(wrong));
        return true;
      });
    }
    await download({ token: TOKEN });
    // Storage is at another address: it signs its addresses itself and must not see the token.
    assert.ok(server.requests.some(({ isStorage }) => isStorage));
    assert.ok(server.requests.every(({ isStorage, authorization }) => !isStorage || authorization === undefined));
  });

  it('says that there is no such model', async () => {
    await assert.rejects(download({ repository: 'some-owner/other' }), {
      code: 'download-failed',
      message: /no model some-owner\/other/,
    });
  });

  it('says that nothing listens', async () => {
    server.close();
    await assert.rejects(download(), { code: 'download-failed', message: /fetch failed \(.*ECONNREFUSED/ });
  });

  it('stops in the middle of a file when it is cancelled', async () => {
    server.faults.stallAt = { path: WEIGHTS, bytes: MIDDLE };
    const cancel = new AbortController();
    const onProgress = (done: number): void => {
      if (done > 0) {
        cancel.abort();
      }
    };
    await assert.rejects(download({ signal: cancel.signal, onProgress }), { name: 'AbortError' });
  });

  it('refuses a token and an endpoint of a wrong form without showing the token', () => {
    assert.throws(
      () => hubAccess({}, 'secret'),
      (error: Error) => !error.message.includes('secret'),
    );
    assert.throws(() => hubAccess({ HF_ENDPOINT: 'file:///etc' }, ''), { code: 'invalid-request' });
    assert.equal(hubAccess({}, '').hubUrl, 'https://huggingface.co');
  });

  for (const status of [416, 500]) {
    it(`is told where a server answers ${status} to whom asks for a part of a file`, async () => {
      const asksForPart = (range: string | undefined): boolean => range !== undefined && range !== 'bytes=0-0';
      server.faults.storage = (_, response, { headers }) => {
        if (!asksForPart(headers.range)) return false;
        response.writeHead(status).end();
        return true;
      };
      const readHeaders: DownloadOptions['onDescribed'] = async (described) => {
        const headers = await described.readHeaders();
        assert.equal(headers, undefined, 'no parts, no headers');
      };
      const all = download({ onDescribed: readHeaders });
      if (status === 416) {
        assert.deepEqual(await readFile(path.join((await all).folder, WEIGHTS)), weights);
      } else {
        await assert.rejects(all, { code: 'download-failed', message: /failed: the hub answered 500\.$/ });
      }
    });
  }

  it('takes the files that an index names', async () => {
    server.close();
    const index = {
      weight_map: { 'a.weight': 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' },
    };
    const sharded = new Map(files);
    sharded.delete(WEIGHTS);
    sharded.set('model.safetensors.index.json', { content: Buffer.from(JSON.stringify(index)), isLarge: false });
    for (const name of Object.values(index.weight_map)) {
      sharded.set(name, { content: randomBytes(1000), isLarge: true });
    }
    server = await HubServer.start(sharded);
    const { folder, notes } = await download();
    assert.match(notes.join(), /^Not used: consolidated\.safetensors .*does not name it\.$/);
    for (const name of Object.values(index.weight_map)) {
      assert.ok(existsSync(path.join(folder, name)));
    }
    assert.ok(!existsSync(path.join(folder, 'consolidated.safetensors')));
    sharded.delete('model-00002-of-00002.safetensors');
    await assert.rejects(download(), {
      code: 'model-missing',
      message: /There is no model-00002-of-00002\.safetensors in .*, which .*index\.json names/,
    });
  });

  it('refuses a repository without safetensors or tokenizer before it fetches anything', async () => {
    server.close();
    server = await HubServer.start(new Map([...files].filter(([name]) => !name.endsWith('.safetensors'))));
    await assert.rejects(download(), {
      code: 'model-unsupported',
      message: /no \*\.safetensors in some-owner\/Some-Model, only pickled/,
    });
    server.close();
    const adapter = { content: Buffer.from('{}'), isLarge: false };
    server = await HubServer.start(
      new Map([
        ['adapter_config.json', adapter],
        ['adapter_model.safetensors', adapter],
      ]),
    );
    await assert.rejects(download(), { code: 'model-unsupported', message: /is only an adapter \(LoRA\)/ });
    server.close();
    server = await HubServer.start(new Map([...files].filter(([name]) => name !== 'tokenizer.json')));
    await assert.rejects(download(), { code: 'model-unsupported', message: /has no tokenizer\.json/ });
    assert.ok(!server.requests.some(({ isStorage }) => isStorage));
  });
});
