import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { appendFile, chmod, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import { infillRequest, textOf } from './requests.js';
import { isAlive, type ScriptedClient, scriptedClient, until } from './scriptedClient.js';

const HOST = fileURLToPath(new URL('abandonedWindow.ts', import.meta.url));
const skip = process.platform === 'win32' && 'signals and rights of files are other ones there';

let built: string;
let meeting: string;
before(async () => {
  built = await bundleFolder('windows-');
  await buildBundle('test/inference/loadingWorker.ts', path.join(built, 'worker.cjs'));
  await buildBundle('src/inference/relay/relay.ts', path.join(built, 'relay.cjs'));
  meeting = await mkdtemp(path.join(tmpdir(), 'infill-m-'));
  process.env['XDG_RUNTIME_DIR'] = meeting;
});
after(async () => {
  await rm(built, { recursive: true });
  // Processes that wait for more windows write there until they end.
  await rm(meeting, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
});

/** A window with a model of this name. */
function windowOf(model: string, options: Parameters<typeof scriptedClient>[0] = {}, folder = built): ScriptedClient {
  const workerPath = path.join(folder, 'worker.cjs');
  const made = scriptedClient({ workerPath, relayPath: path.join(folder, 'relay.cjs'), ...options });
  made.client.configure({ modelPath: model, device: 'cpu', threads: 1 });
  return made;
}

function errorsOf({ states, logged }: ScriptedClient): unknown[] {
  return [...states.filter(({ error }) => error !== undefined), ...logged.filter((line) => /^(error|warn)/.test(line))];
}

/** Names in the folder where windows meet. */
function namesThere(): string[] {
  return readdirSync(path.join(meeting, 'infill'));
}

function document(text: string): { readonly replace: readonly [object] } {
  return { replace: [{ uri: 'file:///a.ts', path: 'a.ts', languageId: 'typescript', text }] };
}

void describe('windows with one model', { skip }, () => {
  it('share one process, also where they open at the same time, and know how many they are', async () => {
    await using one = windowOf('shared');
    await using two = windowOf('shared');
    await using three = windowOf('shared');
    await Promise.all([one.client.load(), two.client.load(), three.client.load()]);
    assert.equal(one.client.pid, two.client.pid);
    assert.equal(one.client.pid, three.client.pid);
    assert.equal((await two.client.memory())?.windows, 3);
    const answers = [one, two, three].map(({ client }, i) => client.infill(infillRequest(`text ${i}`)));
    assert.deepEqual((await Promise.all(answers)).map(textOf), ['text 0', 'text 1', 'text 2']);
    assert.deepEqual([one, two, three].flatMap(errorsOf), []);
    await three.client.dispose();
    await until(async () => (await two.client.memory())?.windows === 2);
  });

  it('have their texts apart, and none is kept of a window that is gone', async () => {
    await using one = windowOf('texts');
    await using two = windowOf('texts');
    await one.client.load();
    await two.client.load();
    await one.client.feedProject(document('const cart = openCart(user);\n') as never);
    await until(async () => textOf(await one.client.infill(infillRequest('finds'))) === 'openCart(user)');
    assert.equal(textOf(await two.client.infill(infillRequest('finds'))), 'nothing');
    await two.client.feedProject(document('const cart = borrow();\n') as never);
    await until(async () => textOf(await two.client.infill(infillRequest('finds'))) === 'borrow()');
    assert.equal(textOf(await one.client.infill(infillRequest('finds'))), 'openCart(user)');
    await one.client.dispose();
    await using again = windowOf('texts');
    assert.equal(textOf(await again.client.infill(infillRequest('finds'))), 'nothing');
  });

  it('wait for each other, and one that no longer wants to is answered at once', async () => {
    await using one = windowOf('turns', { patience: { computingMs: 600_000, idleMs: 600_000, silentMs: 2000 } });
    await using two = windowOf('turns', { patience: { computingMs: 600_000, idleMs: 600_000, silentMs: 3000 } });
    await one.client.load();
    await two.client.load();
    let isOver = false;
    const long = one.client.infill(infillRequest('computes piece by piece')).finally(() => (isOver = true)); // nine seconds
    await until(() => one.client.state.kind === 'working');
    await sleep(200);
    const abort = new AbortController();
    const withdrawn = two.client.infill(infillRequest('withdrawn'), { signal: abort.signal });
    await sleep(100);
    abort.abort();
    await withdrawn;
    await until(() => two.client.state.kind === 'ready');
    assert.ok(!isOver, 'it waited for the other window to end');
    assert.equal(textOf(await two.client.infill(infillRequest('next'))), 'next');
    assert.equal(textOf(await long), 'computes piece by piece');
    assert.deepEqual([...errorsOf(one), ...errorsOf(two)], [], 'to wait for others is no fault');
  });
});

void describe('a process of several windows that dies', { skip }, () => {
  it('for one of them gives that one the reason, and the others their answers', async () => {
    await using one = windowOf('killed');
    await using two = windowOf('killed');
    await one.client.load();
    await two.client.load();
    const pid = one.client.pid ?? 0;
    const culprit = one.client.infill(infillRequest('is never called back'));
    await until(() => one.client.state.kind === 'working');
    await sleep(300);
    const waiting = two.client.infill(infillRequest('waiting'));
    await until(() => two.client.state.kind === 'working');
    const rejected = assert.rejects(culprit, { code: 'worker-died', message: /signal SIGKILL/ });
    process.kill(pid, 'SIGKILL');
    await rejected;
    assert.equal(textOf(await waiting), 'waiting');
    assert.deepEqual(errorsOf(two), []);
    assert.notEqual(two.client.pid, pid);
    assert.equal((await two.client.memory())?.windows, 1);
    // The one that caused it has a process of its own now.
    assert.equal(textOf(await one.client.infill(infillRequest('next'))), 'next');
    assert.equal((await one.client.memory())?.windows, undefined);
    assert.notEqual(one.client.pid, two.client.pid);
  });

  it('tells its exit code and its last words, whichever window had started it', async () => {
    await using starter = windowOf('last words');
    await using other = windowOf('last words');
    await starter.client.load();
    await other.client.load();
    await assert.rejects(other.client.infill(infillRequest('exits')), {
      code: 'worker-died',
      message: /exit code 3.*the last words/s,
    });
    assert.equal(textOf(await starter.client.infill(infillRequest('next'))), 'next');
    assert.deepEqual(errorsOf(starter), []);
  });

  it('while nobody computes is no fault of anybody', async () => {
    await using one = windowOf('idle');
    await using two = windowOf('idle');
    await one.client.load();
    await two.client.load();
    const pid = one.client.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await until(() => one.client.state.kind === 'stopped' && two.client.state.kind === 'stopped');
    assert.equal(textOf(await one.client.infill(infillRequest('one'))), 'one');
    assert.equal(textOf(await two.client.infill(infillRequest('two'))), 'two');
    assert.equal(one.client.pid, two.client.pid);
    assert.notEqual(one.client.pid, pid);
    assert.deepEqual([...errorsOf(one), ...errorsOf(two)], []);
  });

  it('because a request hangs is ended by the window that asked for it', async () => {
    const patience = { computingMs: 2000, idleMs: 2000, silentMs: 120_000 };
    await using one = windowOf('hung', { patience });
    await using two = windowOf('hung', { patience });
    await one.client.load();
    await two.client.load();
    const pid = one.client.pid ?? 0;
    const culprit = assert.rejects(one.client.infill(infillRequest('computes for ever')), {
      code: 'worker-stuck',
      message: /though it computed for 2(\.\d)? s/,
    });
    await until(() => one.client.state.kind === 'working');
    await sleep(300);
    assert.equal(textOf(await two.client.infill(infillRequest('waiting'))), 'waiting');
    await culprit;
    await until(() => !isAlive(pid));
    assert.deepEqual(errorsOf(two), []);
  });

  it('because one of them restarts it comes back for the others, whatever they had asked', async () => {
    await using one = windowOf('restarted');
    await using two = windowOf('restarted');
    await one.client.load();
    await two.client.load();
    const { pid } = one.client;
    const running = two.client.infill(infillRequest('takes a while'));
    await until(() => two.client.state.kind === 'working');
    await sleep(300);
    await one.client.restart();
    assert.equal(textOf(await running), 'takes a while');
    assert.equal(one.client.pid, two.client.pid);
    assert.notEqual(one.client.pid, pid);
    assert.deepEqual([...errorsOf(one), ...errorsOf(two)], []);
  });
});

void describe('what windows do not share', { skip }, () => {
  it('is a process of another version, model or number of threads', async () => {
    const newer = await bundleFolder('windows-newer-');
    await cp(built, newer, { recursive: true });
    await appendFile(path.join(newer, 'worker.cjs'), '\n// newer\n');
    await using one = windowOf('apart');
    await using two = windowOf('apart', {}, newer);
    await using three = windowOf('apart');
    three.client.configure({ modelPath: 'apart', device: 'cpu', threads: 2 });
    await using four = windowOf('another');
    const pids = new Set<number | undefined>();
    for (const { client } of [one, two, three, four]) {
      await client.load();
      pids.add(client.pid);
      assert.equal((await client.memory())?.windows, 1);
    }
    assert.equal(pids.size, 4);
    await rm(newer, { recursive: true });
  });

  it('is anything where a person does not want it, and the model is loaded anew for that', async () => {
    await using one = windowOf('unshared');
    await using two = windowOf('unshared');
    await one.client.load();
    await two.client.load();
    two.client.setSharing(false);
    await until(() => two.client.pid !== one.client.pid && two.client.state.kind === 'ready');
    assert.equal((await two.client.memory())?.windows, undefined);
    assert.equal((await one.client.memory())?.windows, 1);
  });

  it('is a model whose files were replaced', async () => {
    const model = await mkdtemp(path.join(tmpdir(), 'infill-model-'));
    await writeFile(path.join(model, 'manifest.json'), '{}');
    await using one = windowOf(model);
    await one.client.load();
    await writeFile(path.join(model, 'manifest.json'), '{ }');
    await using two = windowOf(model);
    await two.client.load();
    assert.notEqual(two.client.pid, one.client.pid);
    await rm(model, { recursive: true });
  });
});

void describe('where windows meet', { skip }, () => {
  /** The record of the process that serves a window. */
  async function recordOf({ client }: ScriptedClient): Promise<{ readonly file: string; readonly text: string }> {
    for (const name of namesThere().filter((each) => each.endsWith('.json'))) {
      const file = path.join(meeting, 'infill', name);
      const text = await readFile(file, 'utf8');
      if ((JSON.parse(text) as { pid: number }).pid === client.pid) return { file, text };
    }
    throw new Error('The process has no record.');
  }

  it('a record whose process is gone is replaced', async () => {
    const first = windowOf('stale');
    await first.client.load();
    const { file, text } = await recordOf(first);
    const pid = first.client.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await first.client.dispose();
    await writeFile(file, text); // whoever tidied it up
    await using second = windowOf('stale');
    await using third = windowOf('stale');
    await Promise.all([second.client.load(), third.client.load()]);
    assert.deepEqual([...errorsOf(second), ...errorsOf(third)], []);
    assert.equal(second.client.pid, third.client.pid);
    assert.notEqual(second.client.pid, pid);
  });

  it('a process that does not know the secret is not trusted, and neither is a window', async () => {
    await using first = windowOf('secret');
    await first.client.load();
    const { file, text } = await recordOf(first);
    const secret = (JSON.parse(text) as { secret: string }).secret;
    await writeFile(
      file,
      text.replace(
        secret,
        secret.replace(/./g, (digit) => (digit === '0' ? '1' : '0')),
      ),
    );
    await using second = windowOf('secret');
    assert.equal(textOf(await second.client.infill(infillRequest('alone'))), 'alone');
    assert.notEqual(second.client.pid, first.client.pid);
    assert.match(second.logged.join('\n'), /loaded for this window alone: .*does not know the secret/);
    await writeFile(file, text);
  });

  it('is a folder that nobody else may enter, or none', async () => {
    const folder = path.join(meeting, 'infill');
    await using first = windowOf('private');
    await first.client.load();
    await chmod(folder, 0o755);
    try {
      await using second = windowOf('private');
      assert.equal(textOf(await second.client.infill(infillRequest('alone'))), 'alone');
      assert.notEqual(second.client.pid, first.client.pid);
      assert.match(second.logged.join('\n'), /loaded for this window alone: others may enter/);
    } finally {
      await chmod(folder, 0o700);
    }
  });
});

void describe('a process of several windows', { skip }, () => {
  it('ends with the last one that lets it go, and leaves nothing behind', async () => {
    await using one = windowOf('lets go');
    await using two = windowOf('lets go');
    await one.client.load();
    await two.client.load();
    const pid = one.client.pid ?? 0;
    one.client.setIdleMs(50);
    await until(() => one.client.state.kind === 'stopped');
    await sleep(500);
    assert.ok(isAlive(pid), 'another window uses it');
    assert.equal(textOf(await two.client.infill(infillRequest('still there'))), 'still there');
    const before = namesThere().length;
    two.client.setIdleMs(50);
    const startedAt = performance.now();
    await until(() => !isAlive(pid));
    assert.ok(performance.now() - startedAt < 8000, 'it waited for more windows');
    await until(() => namesThere().length <= before - 4); // record, socket, log, signs
  });

  it('waits for a window that is loaded anew, and ends where none comes', async () => {
    const one = windowOf('loaded anew');
    await one.client.load();
    const pid = one.client.pid ?? 0;
    await one.client.dispose();
    await using two = windowOf('loaded anew');
    await two.client.load();
    assert.equal(two.client.pid, pid);
    await two.client.dispose();
    await until(() => !isAlive(pid));
  });

  async function hostOf(...args: readonly string[]): Promise<{ readonly host: ChildProcess; readonly pid: number }> {
    const host = fork(HOST, [built, ...args], { execArgv: ['--import', 'tsx'] });
    const [pid] = (await once(host, 'message')) as [number];
    assert.ok(isAlive(pid));
    return { host, pid };
  }

  async function kill(host: ChildProcess): Promise<void> {
    host.kill('SIGKILL');
    await once(host, 'exit');
  }

  it('ends with its last host, though that was killed', async () => {
    const { host, pid } = await hostOf('orphan');
    await kill(host);
    await until(() => !isAlive(pid));
  });

  it('ends with its last host where it hangs', async () => {
    const { host, pid } = await hostOf('hanging orphan', 'computes for ever');
    await kill(host);
    await until(() => !isAlive(pid));
  });

  it('ends with its last host where it was stopped', async () => {
    const { host, pid } = await hostOf('stopped orphan');
    process.kill(pid, 'SIGSTOP');
    await kill(host);
    await until(() => !isAlive(pid));
  });

  it('ends by itself where it hangs and every process of its windows was killed', async () => {
    const one = windowOf('lonely');
    await one.client.load();
    const pid = one.client.pid ?? 0;
    one.client.infill(infillRequest('computes for ever')).catch(() => undefined);
    await until(() => one.client.state.kind === 'working');
    await sleep(500);
    await one.client.dispose(); // kills the relay at once
    assert.ok(isAlive(pid));
    await until(() => !isAlive(pid));
  });

  it('goes on for the others where one host was killed', async () => {
    await using window = windowOf('survivor');
    await window.client.load();
    const { host, pid } = await hostOf('survivor');
    assert.equal(window.client.pid, pid);
    await kill(host);
    await sleep(1000);
    assert.equal(textOf(await window.client.infill(infillRequest('still there'))), 'still there');
    assert.equal(window.client.pid, pid);
  });
});
