import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { addModel, type AddParts } from '../../../src/modelStore/add/addModel.js';
import { defaultModelFolder } from '../../../src/modelStore/bundledModels.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { inspectCheckpoint } from '../../../src/modelStore/convert/inspectCheckpoint.js';
import { downloadCheckpoint } from '../../../src/modelStore/hub/downloadCheckpoint.js';
import { hubAccess } from '../../../src/modelStore/hub/hubAccess.js';
import type { AddOutcome, AddProgress } from '../../../src/shared/modelImport.js';
import { COMMIT, HubServer, json, listEntry, REPOSITORY } from './hubServer.js';

const TOKEN = 'hf_secretSecretSecret';
const CHECKPOINT = 'test/fixtures/checkpoints/llada';
const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const STALL = { ms: 400, leastBytes: 1000 };
const INFO = `/api/models/${REPOSITORY}/revision/main`;
const TREE = `/api/models/${REPOSITORY}/tree/${COMMIT}`;
/** All of it takes some seconds; what takes as long hangs. */
const SOON = { timeout: 300_000 };

type Files = Map<string, { content: Buffer; isLarge: boolean }>;

/** Through the whole of adding a model, as the command line and the editor do it. */
void describe('a hostile hub', SOON, () => {
  let files: Files;
  let scratch: string;
  let home: string;
  let root: string;
  let data: string;
  let server: HubServer;

  before(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'infill-hostile-'));
    root = path.join(scratch, 'root');
    await mkdir(defaultModelFolder(root), { recursive: true });
  });
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => {
    home = await mkdtemp(path.join(scratch, 'home-'));
    data = path.join(home, '.local', 'share', 'infill');
    await mkdir(path.join(home, '.docker'));
    await writeFile(path.join(home, '.docker', 'config.json'), 'mine');
    files = new Map();
    for (const name of await readdir(CHECKPOINT)) {
      files.set(name, { content: await readFile(path.join(CHECKPOINT, name)), isLarge: name === WEIGHTS });
    }
    server = await HubServer.start(files);
  });
  afterEach(async () => {
    server.close();
    assert.equal(await readFile(path.join(home, '.docker', 'config.json'), 'utf8'), 'mine');
    assert.deepEqual(
      (await readdir(home)).filter((name) => name !== '.docker' && name !== '.local'),
      [],
    );
  });

  function parts(changes: Partial<AddParts> = {}, token = TOKEN): AddParts {
    return {
      root,
      data,
      hub: { ...hubAccess({ HF_ENDPOINT: server.url }, token, STALL), retryMs: [0, 1] },
      inspect: inspectCheckpoint,
      convert: convertCheckpoint,
      compare: () => assert.fail('floating point is not compared'),
      freeMemory: () => 1e12,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      ...changes,
    };
  }
  function add(changes: Partial<AddParts> = {}, name = 'mine'): Promise<AddOutcome> {
    const source = { kind: 'hub', repository: REPOSITORY, revision: 'main' } as const;
    return addModel({ source, name, precision: 'fp32', answers: {} }, parts(changes));
  }
  const refused = async (message: RegExp): Promise<void> => {
    await assert.rejects(add(), (error: Error & { code: string }) => {
      assert.match(error.message, message);
      assert.match(error.code, /^(?:download-failed|model-(?:unsupported|corrupt))$/);
      assert.doesNotMatch(JSON.stringify([error, error.stack, String(error.cause)]), new RegExp(TOKEN));
      return true;
    });
    assert.deepEqual(await readdir(path.join(data, 'models')).catch(() => []), []);
  };
  const hub = (address: string, answer: (response: ServerResponse) => void): void => {
    server.faults.hub = (asked, response) => asked === address && (answer(response), true);
  };
  const info = (changes: object): void =>
    hub(INFO, (response) => json(response, 200, { _id: '1', id: REPOSITORY, sha: COMMIT, tags: [], ...changes }));
  const list = (change: (entries: Record<string, unknown>[]) => unknown): void =>
    hub(TREE, (response) =>
      json(response, 200, change([...files].map(([name, file]) => ({ ...listEntry(name, file) })))),
    );
  /** Changes one file in the list. */
  const listed = (name: string, changes: object): void =>
    list((entries) => entries.map((entry) => (entry['path'] === name ? { ...entry, ...changes } : entry)));
  const rejectedIn = async (ms: number, message: RegExp): Promise<void> => {
    const begin = performance.now();
    await refused(message);
    assert.ok(performance.now() - begin < ms, `${performance.now() - begin} ms`);
  };

  it('is one that adds the model where it is not hostile', async () => {
    const outcome = await add();
    assert.ok(outcome.kind === 'added');
    assert.equal(outcome.model.license, 'apache-2.0');
    assert.deepEqual(await readdir(path.join(data, 'downloads')), []);
  });

  void describe('ids and names', () => {
    for (const sha of [
      '../../../../../.docker',
      '..',
      '',
      `${COMMIT}/../../../..`,
      COMMIT.slice(1),
      COMMIT.toUpperCase(),
      `${COMMIT}\n`,
      7,
      null,
      [COMMIT],
    ]) {
      it(`refuses the commit ${JSON.stringify(sha)}`, async () => {
        info({ sha });
        server.faults.hub = ((own) => (address, response, request) => {
          if (own?.(address, response, request) === true) return true;
          // Whatever the id, and wherever it leads in an address: the list and the files are there.
          const name = path.basename(address);
          if (files.has(name)) {
            response.writeHead(302, { location: `${server.storageUrl}/${name}` }).end();
          } else {
            json(
              response,
              200,
              [...files].map(([each, file]) => listEntry(each, file)),
            );
          }
          return true;
        })(server.faults.hub);
        await refused(/what it says of some-owner\/Some-Model is not of the right form at sha/);
      });
    }

    for (const name of [
      '../x.safetensors',
      '/x.safetensors',
      'a/x.safetensors',
      'x.safetensors\0',
      '..\\x.safetensors',
      7,
    ]) {
      it(`refuses the file ${JSON.stringify(name)} in the list of weights`, async () => {
        files.set(INDEX, { content: Buffer.from(JSON.stringify({ weight_map: { a: name } })), isLarge: false });
        list((entries) => [...entries, { type: 'file', path: String(name), size: 1, oid: 'a'.repeat(40) }]);
        await refused(
          /index\.json is damaged: weight_map\.a: (?:the file.* that it names is no \*\.safetensors in the same folder|.*expected string)/,
        );
      });
    }

    for (const name of ['nul.safetensors', 'com1.x.safetensors', `${'x'.repeat(300)}.safetensors`]) {
      it(`refuses weights called ${name.slice(0, 20)}`, async () => {
        files.set(name, { content: Buffer.alloc(9), isLarge: true });
        files.delete(WEIGHTS);
        await refused(/names ".*", which is (?:the name of a device|longer)/);
      });
    }

    it('takes no file from elsewhere than the top of the repository', async () => {
      list((entries) => [...entries, { type: 'file', path: '../../config.json', size: 3, oid: 'a'.repeat(40) }]);
      assert.equal((await add()).kind, 'added');
    });

    it('keeps a licence that is no word out', async () => {
      info({ tags: ['license:\u001b[2Jmit'] });
      const outcome = await add();
      assert.ok(outcome.kind === 'added');
      assert.equal(outcome.model.license, 'unknown');
    });

    it('is asked for nothing where the id is none', async () => {
      for (const [repository, revision] of [
        ['../x', 'main'],
        ['a/b/../../c', 'main'],
        ['a/b', '../../x'],
        ['a/b?x', 'main'],
        ['a', 'main'],
      ] as const) {
        const options = { downloads: data, access: parts().hub, signal: new AbortController().signal };
        await assert.rejects(downloadCheckpoint({ repository, revision }, { ...options, onProgress: () => undefined }));
      }
      assert.deepEqual(server.requests, []);
    });
  });

  void describe('other hosts', () => {
    /** Only what a client must tell: what it wants, and what Node adds to every request. */
    const PLAIN = /^(?:host|connection|range|user-agent|accept|accept-language|accept-encoding|sec-fetch-mode)$/;
    const onlyPlainAtStorage = (): void => {
      const foreign = server.requests.filter(({ isStorage }) => isStorage);
      assert.ok(foreign.length > 0);
      assert.deepEqual(
        foreign.map(({ authorization }) => authorization),
        foreign.map(() => undefined),
      );
      for (const { headers } of foreign) {
        assert.deepEqual(
          Object.keys(headers).filter((name) => !PLAIN.test(name)),
          [],
        );
        assert.equal(headers.accept, '*/*');
      }
    };

    it("learn no token where the storage answers as the hub's own CDN does", async () => {
      server.faults.token = TOKEN;
      server.faults.storage = (_, response) => {
        response.setHeader('x-cache', 'Hit from cloudfront');
        return false;
      };
      assert.equal((await add()).kind, 'added');
      onlyPlainAtStorage();
    });

    it('are not asked where the list of files goes on there', async () => {
      hub(TREE, (response) => {
        response.setHeader('link', `<${server.storageUrl}${TREE}?cursor=1>; rel="next"`);
        json(response, 200, []);
      });
      await refused(new RegExp(`The hub at ${server.url} refers to ${server.storageUrl}`));
      assert.ok(server.requests.every(({ isStorage }) => !isStorage));
    });

    it('learn nothing where the answers themselves come from there', async () => {
      server.faults.token = TOKEN;
      hub(INFO, (response) => response.writeHead(307, { location: `${server.storageUrl}${INFO}` }).end());
      server.faults.storage = (address, response) =>
        address === INFO && (json(response, 200, { sha: COMMIT, tags: [] }), true);
      assert.equal((await add()).kind, 'added');
      onlyPlainAtStorage();
    });

    it('and a way back to the hub bring no header back', async () => {
      hub(INFO, (response) => response.writeHead(307, { location: `${server.storageUrl}/back` }).end());
      server.faults.storage = (address, response) =>
        address === '/back' && (response.writeHead(302, { location: `${server.url}/again` }).end(), true);
      const { fetch: own } = parts().hub;
      const headers = {
        authorization: `Bearer ${TOKEN}`,
        cookie: 'a=b',
        'x-own': 'c',
        accept: 'd',
        range: 'bytes=1-2',
      };
      await own(`${server.url}${INFO}`, { headers });
      assert.deepEqual(
        server.requests.map(({ headers: sent }) => [
          sent.authorization,
          sent.cookie,
          sent['x-own'],
          sent.accept,
          sent.range,
        ]),
        [
          [`Bearer ${TOKEN}`, 'a=b', 'c', 'd', 'bytes=1-2'],
          [undefined, undefined, undefined, '*/*', 'bytes=1-2'],
          [undefined, undefined, undefined, '*/*', 'bytes=1-2'],
        ],
      );
    });

    it('are not asked directly, whoever asks', async () => {
      const { fetch: own } = parts().hub;
      await assert.rejects(own(`${server.storageUrl}/x`), { code: 'download-failed' });
      await assert.rejects(own(new Request(`${server.storageUrl}/x`)), { code: 'download-failed' });
      assert.deepEqual(server.requests, []);
    });

    for (const location of [
      'http://192.0.2.1/x', // reserved for documents: nobody is there
      'http://name:word@127.0.0.1/x',
      'https://name:word@127.0.0.1/x',
      'file:///etc/passwd',
      'data:application/json,{}',
      'ftp://127.0.0.1/x',
      'http://[',
    ]) {
      it(`are not reached by a redirect to ${location}`, async () => {
        hub(INFO, (response) => response.writeHead(302, { location }).end());
        await refused(/redirects to /);
      });
    }

    it('do not lead in circles', async () => {
      hub(INFO, (response) => response.writeHead(302, { location: INFO }).end());
      await refused(/redirects more than 5 times/);
      assert.equal(server.requests.length, 6);
    });

    it('are not reached unencrypted with a token', () => {
      for (const endpoint of [
        'http://hub.example',
        'http://10.0.0.1:8080/hf',
        'http://localhost.example',
        'HTTP://127.0.0.1.example',
      ]) {
        assert.equal(hubAccess({ HF_ENDPOINT: endpoint }, '').hubUrl, endpoint.toLowerCase());
        assert.throws(
          () => hubAccess({ HF_ENDPOINT: endpoint }, TOKEN),
          (error: Error & { code: string }) => error.code === 'invalid-request' && !error.message.includes(TOKEN),
        );
      }
      for (const endpoint of ['https://hub.example/hf', 'http://localhost:1', 'http://127.0.0.1', 'http://[::1]:80']) {
        assert.equal(hubAccess({ HF_ENDPOINT: `${endpoint}/` }, TOKEN).hubUrl, endpoint.replace(/:80$/, ''));
      }
      for (const endpoint of [
        'https://me:hunter2@hub.example',
        'https://hub.example?token=hunter2',
        'https:hub',
        'hub.example',
        'ftp://x',
      ]) {
        assert.throws(
          () => hubAccess({ HF_ENDPOINT: endpoint }, ''),
          (error: Error & { code: string }) => {
            assert.equal(error.code, 'invalid-request');
            assert.doesNotMatch(error.message, /hunter2/);
            return true;
          },
        );
      }
    });
  });

  void describe('lengths', () => {
    const longest = async (): Promise<number> => {
      const names = await readdir(data, { recursive: true });
      const found = await Promise.all(names.map(async (name) => stat(path.join(data, name))));
      return Math.max(0, ...found.filter((each) => each.isFile()).map(({ size }) => size));
    };
    /** Sends without an end, however much was announced, and notices when it is stopped. */
    const endless = (response: ServerResponse, chunk = Buffer.alloc(1 << 16, 0x20)): Promise<unknown> => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
      return once(response, 'close');
    };

    for (const resumed of [false, true]) {
      it(`end a body that goes on after its announced size${resumed ? ', also where a part was there' : ''}`, async () => {
        const { length } = files.get(WEIGHTS)?.content ?? Buffer.alloc(0);
        if (resumed) {
          server.faults.breakAfter = Array.from({ length: 3 }, () => ({ path: WEIGHTS, bytes: 1000 }));
          await refused(/failed/);
          server.faults.breakAfter = [];
          assert.ok(
            (await readdir(path.join(data, 'downloads'), { recursive: true })).some((name) => name.endsWith('.part')),
          );
        }
        let closed: Promise<unknown> | undefined;
        server.faults.storage = (address, response, { headers }) => {
          if (address !== `/${WEIGHTS}` || /^bytes=(?:0-0|0-7|8-\d+)$/.test(headers.range ?? '')) {
            return false;
          }
          response.writeHead(headers.range === undefined ? 200 : 206, { etag: '"x"' });
          closed = endless(response);
          return true;
        };
        await refused(new RegExp(`${WEIGHTS} of ${REPOSITORY} goes on after the ${length} bytes`));
        await closed; // the transfer is ended, not left behind
        assert.ok((await longest()) <= length);
        assert.equal(server.rangesOf(WEIGHTS).length, resumed ? 3 : 1, 'it is not tried again');
      });
    }

    it('end the answer for a header of weights that goes on after the bytes that were asked for', async () => {
      const closed: Promise<unknown>[] = [];
      server.faults.storage = (address, response, { headers }) => {
        if (address !== `/${WEIGHTS}` || headers.range !== 'bytes=0-7') {
          return false;
        }
        response.writeHead(206, { etag: '"x"' });
        closed.push(endless(response));
        return true;
      };
      await refused(/sends more of model\.safetensors than was asked for/);
      assert.ok(closed.length > 0);
      await Promise.all(closed);
    });

    it('do not matter for the first byte, which tells the length', async () => {
      let closed: Promise<unknown> | undefined;
      server.faults.storage = (address, response, { headers }) => {
        if (address !== '/config.json' || headers.range !== 'bytes=0-0') {
          return false;
        }
        response.writeHead(200, {
          etag: '"x"',
          'content-range': `bytes 0-0/${files.get('config.json')?.content.length}`,
        });
        closed = endless(response);
        return true;
      };
      assert.equal((await add()).kind, 'added');
      await closed;
    });

    it('are bounded for refusals too', async () => {
      let closed: Promise<unknown> | undefined;
      hub(INFO, (response) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        closed = endless(response);
      });
      await refused(/the hub answered 500/);
      await closed;
    });

    for (const [name, address] of [
      ['what is said of a model', INFO],
      ['a list of files', TREE],
    ] as const) {
      it(`are bounded for ${name}`, async () => {
        let closed: Promise<unknown> | undefined;
        hub(address, (response) => {
          response.writeHead(200, { 'content-type': 'application/json' }).write('[');
          closed = endless(response);
        });
        await refused(/is larger than 8 MB/);
        await closed;
      });

      it(`are bounded for ${name} as they are once unpacked`, async () => {
        const packed = gzipSync(Buffer.alloc(1e8, 0x20));
        hub(address, (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed));
        await refused(/is larger than 8 MB/);
      });
    }

    for (const size of [-1, 0.5, 2 ** 53, 1e300, '7', null, undefined, {}]) {
      it(`are whole numbers, not ${JSON.stringify(size)}`, async () => {
        listed('config.json', { size });
        await refused(/its list of the files of .* is not of the right form at size/);
        listed(WEIGHTS, { lfs: { oid: 'a'.repeat(64), size } });
        await refused(/its list of the files of .* is not of the right form at lfs\.size/);
      });
    }

    it('of files that are read as a whole have an upper end, before anything is fetched', async () => {
      for (const name of ['config.json', 'tokenizer.json']) {
        listed(name, { size: 65e6 });
        await refused(new RegExp(`has a ${name} of 65000000 bytes; such a file has at most \\d+`));
      }
      assert.ok(!server.requests.some(({ url }) => url.includes('/resolve/')));
    });

    it('of weights are compared with the disk', async () => {
      server.faults.ignoresRanges = true; // their headers would tell that they are not so long
      listed(WEIGHTS, { lfs: { oid: 'a'.repeat(64), size: Number.MAX_SAFE_INTEGER } });
      await assert.rejects(add(), {
        code: 'invalid-request',
        message: /GB of weights that are not here yet; .* are free/,
      });
    });

    it('may be nothing: an empty file is a damaged model, no accident', async () => {
      files.set(WEIGHTS, { content: Buffer.alloc(0), isLarge: true });
      await assert.rejects(add(), { code: /^model-/, message: /model\.safetensors/ });
    });
  });

  void describe('lists', () => {
    for (const [name, page] of [
      ['empty pages', []],
      ['pages of one file', undefined],
    ] as const) {
      it(`end though there are ever more ${name}`, async () => {
        let pages = 0;
        hub(TREE, (response) => {
          response.setHeader('link', `<${server.url}${TREE}?cursor=${++pages}>; rel="next"`);
          json(response, 200, page ?? [{ type: 'file', path: `file ${pages}`, size: 1, oid: 'a'.repeat(40) }]);
        });
        await refused(/its list of the files of .* has more than 50 pages/);
        assert.equal(pages, 50);
      });
    }

    it('end after so many files', async () => {
      list(() => Array.from({ length: 20_001 }, (_, n) => ({ type: 'file', path: `file ${n}`, size: 1 })));
      await refused(/has more than 20000 entries/);
    });

    it('name a file once', async () => {
      list((entries) => [...entries, ...entries]);
      await refused(/names a file twice/);
    });

    for (const [name, value] of [
      ['a number', 7],
      ['a text', 'file'],
      ['nothing', null],
      ['an object', { 0: {} }],
      ['nothings', [null]],
      ['entries without a type', [{}]],
      ['paths that are none', [{ type: 'file', path: 7, size: 1 }]],
      ['checksums that are none', [{ type: 'file', path: 'config.json', size: 1, oid: {} }]],
      ['pointers that are none', [{ type: 'file', path: 'config.json', size: 1, lfs: 7 }]],
    ] as const) {
      it(`are lists of files, not ${name}`, async () => {
        list(() => value);
        await refused(/its list of the files of .* is (?:no list|not of the right form)/);
      });
    }

    for (const text of ['', '{', '<html>', '['.repeat(1e6), '{"sha":']) {
      it(`are JSON, not ${JSON.stringify(text.slice(0, 10))}`, async () => {
        for (const address of [INFO, TREE]) {
          hub(address, (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(text));
          await refused(/The hub's answer cannot be used: .* is no JSON/);
        }
      });
    }

    for (const [name, changes] of [
      ['checksums of the wrong length', { lfs: { oid: 'a'.repeat(40), size: 9 } }],
      ['checksums that are none', { lfs: { oid: '../../x', size: 9 } }],
    ] as const) {
      it(`tell ${name} to no avail`, async () => {
        listed(WEIGHTS, changes);
        await refused(/does not tell a checksum of model\.safetensors/);
      });
    }

    it('of tags are lists of words', async () => {
      for (const tags of [7, null, 'license:mit', [7]]) {
        info({ tags });
        await refused(/is not of the right form at tags/);
      }
    });
  });

  void describe('silence', () => {
    /** A byte now and then, each long before anything calls the connection dead. */
    const trickle = (response: ServerResponse): void => {
      const timer = setInterval(() => response.write(' '), STALL.ms / 8);
      response.on('close', () => clearInterval(timer));
    };
    const STUCK = /the server is stuck: it sent \d+ bytes in/;

    it('instead of an answer', async () => {
      hub(INFO, () => undefined);
      await rejectedIn(10 * STALL.ms, STUCK);
    });

    it('in the middle of an answer, or a byte now and then', async () => {
      hub(TREE, (response) => trickle(response.writeHead(200, { 'content-type': 'application/json' })));
      await rejectedIn(10 * STALL.ms, STUCK);
    });

    it('in the middle of a file', async () => {
      server.faults.stallAt = { path: WEIGHTS, bytes: 500 };
      await rejectedIn(20 * STALL.ms, STUCK);
    });

    it('broken by a byte now and then, however often it is tried again', async () => {
      server.faults.storage = (address, response, { headers }) => {
        if (address !== `/${WEIGHTS}` || headers.range === 'bytes=0-0') {
          return false;
        }
        trickle(response.writeHead(headers.range === undefined ? 200 : 206, { etag: '"x"' }));
        return true;
      };
      await rejectedIn(20 * STALL.ms, STUCK);
    });

    it('is left when it is cancelled', async () => {
      const isAsked = (address: string) => (): boolean => server.requests.some(({ url }) => url.startsWith(address));
      const part = path.join(data, 'downloads', REPOSITORY.replace('/', '--'), COMMIT, `${WEIGHTS}.part`);
      const hasBegun = async (): Promise<boolean> => ((await stat(part).catch(() => undefined))?.size ?? 0) > 0;
      const storage = (): void => void (server.faults.storage = (address) => address === `/${WEIGHTS}`);
      const silent: readonly [string, () => void, () => boolean | Promise<boolean>][] = [
        ['before an answer', () => hub(INFO, () => undefined), isAsked(INFO)],
        ['in an answer', () => hub(TREE, (response) => response.writeHead(200).write('[')), isAsked(TREE)],
        ['before a file', storage, isAsked(`/${WEIGHTS}`)],
        ['in a file', () => (server.faults.stallAt = { path: WEIGHTS, bytes: 500 }), hasBegun],
      ];
      for (const [name, begin, isSilent] of silent) {
        Object.assign(server.faults, { hub: undefined, storage: undefined, stallAt: undefined });
        server.requests.length = 0;
        begin();
        const cancel = new AbortController();
        const access = { ...hubAccess({ HF_ENDPOINT: server.url }, ''), retryMs: [0, 1] };
        const adding = add({ signal: cancel.signal, hub: access });
        const rejected = assert.rejects(adding, { name: 'AbortError' }, name);
        for (const end = Date.now() + 30_000; !(await isSilent()) && Date.now() < end;) await sleep(10);
        await sleep(100);
        cancel.abort();
        await rejected;
        const kept = name === 'in a file' ? ['some-owner--Some-Model'] : [];
        assert.deepEqual(await readdir(path.join(data, 'downloads')), kept, name);
      }
    });
  });

  void describe('two downloads of one model', () => {
    /** Holds the weights back until it is told to go on. */
    function held(): { readonly reached: Promise<void>; readonly goOn: () => void } {
      let reach: () => void = () => undefined;
      let goOn: () => void = () => undefined;
      const reached = new Promise<void>((resolve) => (reach = resolve));
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      server.faults.hub = (address, response) => {
        if (!address.endsWith(`/${WEIGHTS}`)) {
          return false;
        }
        reach();
        void gate.then(() => response.writeHead(302, { location: `${server.storageUrl}/${WEIGHTS}` }).end());
        return true;
      };
      return { reached, goOn };
    }
    const patient = (): AddParts['hub'] => hubAccess({ HF_ENDPOINT: server.url }, '');
    const waits = (seen: AddProgress[]): Promise<void> =>
      new Promise((resolve) => {
        const timer = setInterval(() => {
          if (seen.some(({ phase }) => phase === 'wait')) {
            clearInterval(timer);
            resolve();
          }
        }, 10);
      });

    it('wait for each other, say so, and both come to an end', async () => {
      const { reached, goOn } = held();
      const first = add({ hub: patient() }, 'one');
      await reached;
      const seen: AddProgress[] = [];
      const second = add({ hub: patient(), onProgress: (progress) => seen.push(progress) }, 'two');
      await waits(seen);
      const before = server.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 700));
      assert.equal(server.requests.length, before, 'nothing is asked while it waits');
      assert.deepEqual(seen, [{ phase: 'wait', done: 0, total: 0, detail: REPOSITORY }]);
      goOn();
      assert.deepEqual([(await first).kind, (await second).kind], ['added', 'added']);
      assert.deepEqual((await readdir(path.join(data, 'models'))).sort(), ['one', 'two']);
      assert.deepEqual(await readdir(path.join(data, 'downloads')), []);
    });

    it('are one where both have the same name: what the other has added is not fetched again', async () => {
      const { reached, goOn } = held();
      const first = add({ hub: patient() });
      await reached;
      const seen: AddProgress[] = [];
      const second = add({ hub: patient(), onProgress: (progress) => seen.push(progress) });
      await waits(seen);
      goOn();
      assert.equal((await first).kind, 'added');
      const fetched = server.requests.length;
      await assert.rejects(second, { code: 'invalid-request', message: /There is a model named "mine" already/ });
      assert.equal(server.requests.length, fetched);
    });

    it('can be cancelled while they wait', async () => {
      const { reached, goOn } = held();
      const first = add({ hub: patient() }, 'one');
      await reached;
      const cancel = new AbortController();
      const onProgress = ({ phase }: AddProgress): void => {
        if (phase === 'wait') {
          cancel.abort();
        }
      };
      await assert.rejects(add({ signal: cancel.signal, onProgress }, 'two'), { name: 'AbortError' });
      goOn();
      assert.equal((await first).kind, 'added', 'the other is not disturbed');
    });
  });
});
