import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import type { Patience } from '../../src/process/patience.js';
import { infillRequest, textOf } from './requests.js';
import { type ScriptedClient, scriptedClient, until } from './scriptedClient.js';

/** Shorter than each of these processes takes by the clock. */
const PATIENCE: Patience = { computingMs: 2000, idleMs: 2000, silentMs: 120_000 };
const skip = process.platform === 'win32' && 'a process cannot be stopped there';

let built: string;
before(async () => {
  built = await bundleFolder('starved-');
  await buildBundle('test/inference/loadingWorker.ts', path.join(built, 'worker.cjs'));
});
after(() => rm(built, { recursive: true }));

async function loaded(patience: Partial<Patience> = {}): Promise<ScriptedClient> {
  const workerPath = path.join(built, 'worker.cjs');
  const scripted = scriptedClient({ workerPath, patience: { ...PATIENCE, ...patience }, loadPatience: PATIENCE });
  scripted.client.configure({ modelPath: 'at once', device: 'cpu', threads: 1 });
  await scripted.client.load();
  return scripted;
}

/** A request that computes a little, and the cancel right after it began. */
async function cancelled({ client }: ScriptedClient): Promise<{ pid: number }> {
  const abort = new AbortController();
  const outcome = client.infill(infillRequest('computes a little'), { signal: abort.signal });
  await until(() => client.state.kind === 'working');
  abort.abort();
  assert.equal(textOf(await outcome), 'cancelled');
  return { pid: client.pid ?? 0 };
}

void describe('a process that gets nowhere because of others', { concurrency: true, skip }, () => {
  it('is left alone while it is stopped, and answers afterwards', async () => {
    await using scripted = await loaded();
    const { client } = scripted;
    const { pid } = await cancelled(scripted);
    process.kill(pid, 'SIGSTOP');
    const next = client.infill(infillRequest('next'));
    await sleep(3 * PATIENCE.computingMs);
    assert.equal(client.pid, pid, 'it was killed');
    process.kill(pid, 'SIGCONT');
    assert.equal(textOf(await next), 'next');
    assert.equal(client.pid, pid);
  });

  it('is left alone while it gets a tenth of its time, and the log says so', async () => {
    await using scripted = await loaded();
    const { client } = scripted;
    const { pid } = await cancelled(scripted);
    const next = client.infill(infillRequest('computes a little'));
    let wake: NodeJS.Timeout | undefined;
    const starving = setInterval(() => {
      process.kill(pid, 'SIGSTOP');
      wake = setTimeout(() => process.kill(pid, 'SIGCONT'), 180);
    }, 200);
    const startedAt = performance.now();
    assert.equal(textOf(await next), 'computes a little');
    const ms = performance.now() - startedAt;
    clearInterval(starving);
    clearTimeout(wake);
    process.kill(pid, 'SIGCONT');
    assert.equal(client.pid, pid);
    assert.ok(ms > PATIENCE.computingMs, `it took ${ms} ms, so nothing was shown`);
    assert.deepEqual(
      scripted.logged.filter((line) => line.startsWith('error')),
      [],
    );
    if (ms > 20_000) {
      assert.match(scripted.logged.join('\n'), /info Inference process: .+ for 1\d.* s, in which it computed for/);
    }
  });

  it('is left alone at the lowest priority beside others that compute', { timeout: 120_000 }, async () => {
    await using scripted = await loaded();
    const { client } = scripted;
    const others = Array.from({ length: 2 }, () => new Worker('for (;;);', { eval: true, execArgv: [] }));
    try {
      setPriority(client.pid ?? 0, 19);
      const { pid } = await cancelled(scripted);
      assert.equal(textOf(await client.infill(infillRequest('computes a little'))), 'computes a little');
      assert.equal(client.pid, pid);
    } finally {
      await Promise.all(others.map(async (other) => other.terminate()));
    }
  });

  it('is ended where it gives no sign for very long, and the next request works', async () => {
    await using scripted = await loaded({ silentMs: 8000 });
    const { client } = scripted;
    const { pid } = await cancelled(scripted);
    process.kill(pid, 'SIGSTOP');
    await until(() => client.state.kind === 'stopped');
    assert.match(client.state.error?.message ?? '', /\(it gave no sign of life for 8 s\)/);
    assert.equal(textOf(await client.infill(infillRequest('next'))), 'next');
    assert.notEqual(client.pid, pid);
  });
});

void describe('a process that hangs by itself', { concurrency: true }, () => {
  const hangs = {
    'computes for ever': /it did not look at messages though it computed for 2(\.\d)? s/,
    'waits for ever': /it did not look at messages and it did nothing for 2 s/,
  };
  for (const [how, reason] of Object.entries(hangs)) {
    it(`because it ${how} is ended, with the true reason, and the next request works`, async () => {
      await using scripted = await loaded();
      const { client } = scripted;
      const { pid } = client;
      await assert.rejects(client.infill(infillRequest(how)), { code: 'worker-stuck', message: reason });
      assert.equal(textOf(await client.infill(infillRequest('next'))), 'next');
      assert.notEqual(client.pid, pid);
    });
  }

  it('because a cancelled request never ends is ended, though its event loop turns', async () => {
    await using scripted = await loaded();
    const { client } = scripted;
    const abort = new AbortController();
    const outcome = client.infill(infillRequest('is never called back'), { signal: abort.signal });
    await until(() => client.state.kind === 'working');
    abort.abort();
    await outcome;
    await until(() => client.state.kind === 'stopped');
    assert.match(client.state.error?.message ?? '', /a cancelled request was not answered and it did nothing for 2 s/);
    assert.equal(textOf(await client.infill(infillRequest('next'))), 'next');
  });
});
