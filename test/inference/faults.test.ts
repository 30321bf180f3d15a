import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { denoiseRequest, holesRequest, infillRequest, textOf } from './requests.js';
import type { Patience } from '../../src/process/patience.js';
import { scriptedClient, until } from './scriptedClient.js';

void describe('a process that dies', () => {
  it('rejects everything that is pending with the reason, and the next request works', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const reason = { code: 'worker-died', message: /exit code 3.*the last words/s };
    await client.load();
    await Promise.all([
      assert.rejects(client.denoise(denoiseRequest('exit')), reason),
      assert.rejects(client.denoise(denoiseRequest('waiting')), reason),
      assert.rejects(client.holes(holesRequest(['waiting', ''])), reason),
      assert.rejects(client.infill(infillRequest('waiting')), reason),
    ]);
    assert.equal(client.state.kind, 'stopped');
    assert.equal(client.state.error?.code, 'worker-died');
    assert.match(textOf(await client.infill(infillRequest('next'))), /^model \d+ 1 next$/);
  });

  it('by a signal is reported with it', { skip: process.platform === 'win32' }, async () => {
    await using scripted = scriptedClient();
    await assert.rejects(scripted.client.infill(infillRequest('die')), {
      code: 'worker-died',
      message: /signal SIGKILL/,
    });
    assert.match(textOf(await scripted.client.infill(infillRequest('next'))), /next$/);
  });

  it('while nothing is pending is started again by the next request', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    await client.load();
    process.kill(client.pid ?? 0, 'SIGKILL');
    await until(() => client.state.kind === 'stopped');
    assert.match(textOf(await client.infill(infillRequest('next'))), /next$/);
  });

  it('again and again is given up with a remedy, until somebody restarts it', async () => {
    await using scripted = scriptedClient();
    const { client, states } = scripted;
    for (let crash = 1; crash <= 3; crash++) {
      await assert.rejects(client.infill(infillRequest('exit')), { code: 'worker-died' });
    }
    assert.equal(client.state.kind, 'failed');
    const starts = states.filter((state) => state.kind === 'starting').length;
    await assert.rejects(client.infill(infillRequest('next')), { message: /3 times in a row/, remedy: /Restart/ });
    assert.equal(states.filter((state) => state.kind === 'starting').length, starts);
    await client.restart();
    assert.equal(client.state.kind, 'ready');
    assert.match(textOf(await client.infill(infillRequest('next'))), /next$/);
  });

  it('now and then is not given up: an answer in between starts the count anew', async () => {
    await using scripted = scriptedClient();
    for (let round = 0; round < 4; round++) {
      await assert.rejects(scripted.client.infill(infillRequest('exit')), { code: 'worker-died' });
      assert.match(textOf(await scripted.client.infill(infillRequest('fine'))), /fine$/);
    }
  });

  it('while it loads says what it said last', async () => {
    await using scripted = scriptedClient();
    scripted.client.configure({ modelPath: 'crash', device: 'cpu', threads: 1 });
    await assert.rejects(scripted.client.load(), { code: 'worker-died', message: /crashed while loading/ });
  });

  it('because it was never there names the file', async () => {
    await using scripted = scriptedClient({ workerPath: '/nowhere/worker.cjs' });
    await assert.rejects(scripted.client.load(), { code: 'worker-died', message: /nowhere/ });
  });
});

void describe('a process that is stuck', () => {
  /** By what the process itself does; its beats come ten times as often as those of the real one. */
  const patience: Patience = { computingMs: 1500, idleMs: 15_000, silentMs: 120_000 };

  it('without a cancel is noticed, ended, and the next request works', async () => {
    await using scripted = scriptedClient({ patience });
    const { client } = scripted;
    await assert.rejects(client.infill(infillRequest('hang')), {
      code: 'worker-stuck',
      message: /\(it did not look at messages though it computed for 1\.[5-9] s\)/,
    });
    assert.match(textOf(await client.infill(infillRequest('next'))), /^model \d+ 1 next$/);
  });

  it('after a cancel is ended even if its event loop turns', async () => {
    await using scripted = scriptedClient({ patience });
    const { client } = scripted;
    const abort = new AbortController();
    const outcome = client.infill(infillRequest('deaf'), { signal: abort.signal });
    await until(() => client.state.kind === 'working');
    const pid = client.pid;
    abort.abort();
    assert.equal(textOf(await outcome), 'cancelled', 'nobody has to wait for that');
    await until(() => client.state.kind === 'stopped');
    assert.match(
      client.state.error?.message ?? '',
      /\(a cancelled request was not answered and it did nothing for 15 s\)/,
    );
    assert.match(textOf(await client.infill(infillRequest('next'))), /next$/);
    assert.notEqual(client.pid, pid);
  });

  it('can be restarted by hand', async () => {
    await using scripted = scriptedClient();
    const { client } = scripted;
    const hanging = client.infill(infillRequest('hang'));
    await until(() => client.state.kind === 'working');
    await client.restart();
    assert.equal(textOf(await hanging), 'cancelled');
    assert.match(textOf(await client.infill(infillRequest('next'))), /next$/);
  });

  it('only seemingly, because the host itself was busy, is left alone', async () => {
    await using scripted = scriptedClient({ patience });
    const { client } = scripted;
    const abort = new AbortController();
    const outcome = client.infill(infillRequest('hold'), { signal: abort.signal });
    await until(() => client.state.kind === 'working');
    const { pid } = client;
    await nextTurn(); // from here on timers come before messages
    abort.abort(); // the cancel is sent, and its answer lies unread while this thread does something else
    const end = performance.now() + 4000;
    while (performance.now() < end);
    assert.equal(textOf(await outcome), 'cancelled');
    assert.match(textOf(await client.infill(infillRequest('next'))), /next$/);
    assert.equal(client.pid, pid);
  });

  it('only seemingly, because it needs long, is left alone', async () => {
    await using scripted = scriptedClient({ patience: { computingMs: 800, idleMs: 800, silentMs: 800 } });
    assert.equal(textOf(await scripted.client.infill(infillRequest('quiet'))), 'late');
  });
});

void describe('the process', () => {
  it('has its output in the log', async () => {
    await using scripted = scriptedClient();
    assert.equal(textOf(await scripted.client.infill(infillRequest('chatter'))), 'chattered');
    await until(() => scripted.logged.includes('warn inference: something on stderr'));
    await until(() => scripted.logged.includes('debug inference: something on stdout'));
  });

  it('does not inherit flags of ours', async () => {
    await using scripted = scriptedClient({ execArgv: ['--max-old-space-size=512'] });
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--max-http-header-size=20000';
    try {
      const text = textOf(await scripted.client.infill(infillRequest('environment')));
      assert.deepEqual(JSON.parse(text), [null, ['--max-old-space-size=512']]);
    } finally {
      if (before === undefined) {
        delete process.env['NODE_OPTIONS'];
      } else {
        process.env['NODE_OPTIONS'] = before;
      }
    }
  });
});
