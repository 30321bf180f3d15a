import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { type LockTiming, withFolderLock } from '../../../src/modelStore/files/withFolderLock.js';

const NAME = 'some-owner--Some-Model';
const FILE = '.lock-some-owner--Some-Model';
const TIMING: LockTiming = { beat: 50, poll: 20, stale: 600 };
/** As long as no test takes. */
const FOR_EVER: LockTiming = { ...TIMING, stale: 1e9 };

void describe('the lock of a folder', { timeout: 120_000 }, () => {
  let scratch: string;
  let parent: string;

  before(async () => (scratch = await mkdtemp(path.join(tmpdir(), 'infill-lock-'))));
  after(() => rm(scratch, { recursive: true }));
  beforeEach(async () => (parent = await mkdtemp(path.join(scratch, 'parent-'))));

  function locked<T>(
    use: () => Promise<T>,
    options: { timing?: LockTiming; name?: string; signal?: AbortSignal; onWait?: () => void } = {},
  ): Promise<T> {
    const { timing = TIMING, name = NAME, signal = new AbortController().signal, onWait } = options;
    return withFolderLock({ parent, name, timing, signal, onWait: onWait ?? (() => undefined) }, use);
  }

  /** A process that takes the lock and keeps it until it is killed. */
  async function holder(): Promise<{ readonly kill: () => Promise<void> }> {
    const url = pathToFileURL(path.resolve('src/modelStore/files/withFolderLock.ts')).href;
    const options = { parent, name: NAME, timing: TIMING };
    const code = `
      const { withFolderLock } = await import(${JSON.stringify(url)});
      const signal = new AbortController().signal;
      await withFolderLock({ ...${JSON.stringify(options)}, signal, onWait() {} }, () => {
        process.stdout.write('locked');
        return new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return {
      kill: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      },
    };
  }

  it('lets one after the other work, and leaves nothing', async () => {
    let inside = 0;
    await Promise.all(
      Array.from({ length: 6 }, () =>
        locked(async () => {
          assert.equal(++inside, 1);
          await sleep(30);
          inside--;
        }),
      ),
    );
    assert.deepEqual(await readdir(parent), []);
  });

  it('is of one folder: others go on beside it', async () => {
    await locked(() => locked(async () => undefined, { name: 'some-owner--other', onWait: () => assert.fail() }));
  });

  it('is given back where the work fails', async () => {
    await assert.rejects(
      locked(() => Promise.reject(new Error('no room'))),
      /no room/,
    );
    await locked(async () => undefined, { onWait: () => assert.fail() });
  });

  it('holds against another process, and its death frees it at once', async () => {
    const other = await holder();
    let waits = 0;
    let isDead = false;
    const waiting = locked(async () => assert.ok(isDead), { timing: FOR_EVER, onWait: () => waits++ });
    await sleep(300);
    assert.equal(waits, 1, 'it is said once');
    isDead = true;
    await other.kill();
    await waiting;
    assert.deepEqual(await readdir(parent), []);
  });

  it('is kept by one that takes long, as long as it lives', async () => {
    let isDone = false;
    const long = locked(async () => {
      await sleep(4 * TIMING.stale);
      isDone = true;
    });
    await sleep(50);
    await Promise.all([long, locked(async () => assert.ok(isDone))]);
  });

  it('of another machine, or of nobody, is taken when it was not touched for a while', async () => {
    const elsewhere = JSON.stringify({ pid: process.pid, host: `not ${hostname()}`, id: 'x' });
    for (const content of [elsewhere, '', 'x', '{"pid":-1}', 'null', JSON.stringify({ pid: 'x', host: hostname() })]) {
      await writeFile(path.join(parent, FILE), content);
      const begin = performance.now();
      await locked(async () => undefined);
      assert.ok(performance.now() - begin >= TIMING.stale, content);
      assert.deepEqual(await readdir(parent), []);
    }
  });

  it('of a dead process is taken by one of many that see it', async () => {
    const other = await holder();
    await other.kill();
    assert.deepEqual(await readdir(parent), [FILE]);
    let inside = 0;
    await Promise.all(
      Array.from({ length: 8 }, () =>
        locked(async () => {
          assert.equal(++inside, 1);
          await sleep(20);
          inside--;
        }),
      ),
    );
  });

  it('need not be waited for: a cancel ends the waiting, and only that', async () => {
    const cancel = new AbortController();
    await locked(async () => {
      const waiting = locked(() => assert.fail('it is locked'), {
        signal: cancel.signal,
        onWait: () => cancel.abort(),
      });
      await assert.rejects(waiting, { name: 'AbortError' });
      assert.deepEqual(await readdir(parent), [FILE]);
    });
  });
});
