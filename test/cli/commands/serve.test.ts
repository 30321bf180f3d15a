import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { run } from '../cliRun.js';

const TOKEN = 'only-for-those-who-know-it';

describe('infill serve', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-serve-'));
    await writeFile(path.join(folder, 'empty'), ' \n');
    await writeFile(path.join(folder, 'token'), `${TOKEN}\r\n`);
    await writeFile(path.join(folder, 'two'), `${TOKEN}\n${TOKEN}\n`);
  });
  after(async () => rm(folder, { recursive: true }));
  const file = (name: string): string => path.join(folder, name);

  test('says where it answers, and ends well when it is told to', async () => {
    for (const more of [[], ['--token-file', file('token')], ['--host', 'localhost']]) {
      const ended = await run(['serve', '--port', '0', ...more], { signal: AbortSignal.abort() });
      assert.equal(ended.exitCode, 0, ended.stderr);
      assert.match(ended.stderr, /answers at http:\/\/\S+:\d+; Ctrl\+C ends it\n/u);
      assert.ok(!ended.stderr.includes(TOKEN));
    }
  });

  test('refuses what would not be safe or cannot be, before it loads a model, and says what to do', async () => {
    const token = ['--token-file', file('token')];
    for (const [args, said] of [
      [['--host', '0.0.0.0'], /would answer all of them.*--token-file/su],
      [['--host', '0.0.0.0', ...token], /not be encrypted.*--tls-cert/su],
      [['--behind-proxy'], /through the proxy.*--token-file/su],
      [['--token-file', file('empty')], /empty is empty/u],
      [['--token-file', file('two')], /characters that a request cannot send/u],
      [['--token-file', file('none')], /none cannot be read/u],
      [['--tls-cert', file('token')], /--tls-cert and --tls-key/u],
      [['--tls-cert', file('token'), '--tls-key', file('token')], /certificate cannot be used.*PEM/su],
    ] as const) {
      const refused = await run(['serve', '--port', '0', '--model', file('no model'), ...args]);
      assert.equal(refused.exitCode, 1);
      assert.match(refused.stderr, said);
    }
  });

  test('ends with a message where the model or the port cannot be had', async () => {
    const missing = await run(['serve', '--port', '0', '--model', file('no model')]);
    assert.equal(missing.exitCode, 1);
    assert.match(missing.stderr, /no model does not exist/u);
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const refused = await run(['serve', '--port', port]);
    taken.close();
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /cannot listen at 127\.0\.0\.1, port \d+.*Choose another --port/su);
  });
});
