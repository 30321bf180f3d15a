import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isAlive, scriptedClient, until } from './scriptedClient.js';

const HOST = fileURLToPath(new URL('abandonedHost.ts', import.meta.url));
const skip = process.platform === 'win32' && 'the system ends the children of a process that is gone';

/** Starts a host with a child, and gives both. */
async function hostOf(what: 'rest' | 'hang' | 'store'): Promise<{ readonly host: ChildProcess; readonly pid: number }> {
  const host = fork(HOST, [what], { execArgv: ['--import', 'tsx'] });
  const [pid] = (await once(host, 'message')) as [number];
  assert.ok(isAlive(pid));
  return { host, pid };
}

async function kill(host: ChildProcess): Promise<void> {
  host.kill('SIGKILL');
  await once(host, 'exit');
}

void describe('a child whose host was killed', { concurrency: true }, () => {
  it('ends by itself', async () => {
    const { host, pid } = await hostOf('rest');
    await kill(host);
    await until(() => !isAlive(pid));
  });

  it('is ended where it hangs', { skip }, async () => {
    const { host, pid } = await hostOf('hang');
    await kill(host);
    assert.ok(isAlive(pid), 'it was ended by the host');
    await until(() => !isAlive(pid));
  });

  it('is ended where it was stopped', { skip }, async () => {
    const { host, pid } = await hostOf('rest');
    process.kill(pid, 'SIGSTOP');
    await kill(host);
    await sleep(500);
    assert.ok(isAlive(pid), 'it was not stopped');
    await until(() => !isAlive(pid));
  });

  it('has time to clean up if it is a store process', { skip }, async () => {
    const { host, pid } = await hostOf('store');
    const killedAt = performance.now();
    await kill(host);
    await until(() => !isAlive(pid));
    assert.ok(performance.now() - killedAt > 1900, 'it was ended before it was done');
  });

  it('is ended where it was stopped if it is a store process', { skip }, async () => {
    const { host, pid } = await hostOf('store');
    process.kill(pid, 'SIGSTOP');
    await kill(host);
    await until(() => !isAlive(pid));
  });
});

void describe('the guard of a child', { skip }, () => {
  it('ends with it, while the host goes on', async () => {
    await using scripted = scriptedClient();
    await scripted.client.load();
    const { pid } = scripted.client;
    assert.equal(guardsOf(pid).length, 1);
    await scripted.client.dispose();
    await until(() => guardsOf(pid).length === 0);
  });
});

function guardsOf(pid = 0): string[] {
  const commands = execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return commands.filter((command) => command.includes(`infill-guard ${pid} `));
}
