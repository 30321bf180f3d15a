import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { TINY_INT8 } from '../../../engine/fixtures.js';
import { run } from '../../cliRun.js';

const MAIN = fileURLToPath(new URL('../../../../src/cli/main.ts', import.meta.url));
/** Milliseconds; a thread of its own looks for the other process, and waits a little. */
const SOON = 5000;

test('ends after the process that started it has, however that ended', async () => {
  const parent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  const args = ['--port', '0', '--threads', '1', '--model', TINY_INT8, '--end-with', String(parent.pid)];
  const server = spawn(process.execPath, ['--import=tsx', MAIN, 'serve', ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const ended = once(server, 'exit');
    const [said] = (await once(createInterface({ input: server.stderr }), 'line')) as [string];
    assert.match(said, /answers at http/u);
    await sleep(500);
    assert.equal(server.exitCode, null);
    const begun = performance.now();
    parent.kill('SIGKILL');
    await ended;
    assert.ok(performance.now() - begun < SOON);
  } finally {
    parent.kill('SIGKILL');
    server.kill('SIGKILL');
  }
});

test('says nothing of it to a person', async () => {
  assert.doesNotMatch((await run(['serve', '--help'])).stdout, /end-with/u);
});
