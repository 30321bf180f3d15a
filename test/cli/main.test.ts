import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildCli, bundleFolder } from '../builtBundle.js';
import { ROOT, TINY } from './cliRun.js';

const LINE = `${JSON.stringify({ id: 1, prefix: 'const a = ', suffix: ';\n', steps: 1 })}\n`;

let built: string;
/** The program as it is shipped. It stands below the root, where its native dependency is found. */
before(async () => {
  built = await bundleFolder('cli-');
  await buildCli(path.join(built, 'cli.cjs'));
});
after(() => rm(built, { recursive: true }));

function start(args: readonly string[]): ChildProcessWithoutNullStreams {
  const env = { ...process.env, INFILL_MODEL: TINY };
  return spawn(process.execPath, [path.join(built, 'cli.cjs'), ...args], { cwd: ROOT, env });
}

async function exitOf(program: ChildProcessWithoutNullStreams): Promise<number | null> {
  const [code] = (await once(program, 'exit')) as [number | null];
  return code;
}

void describe('the program', () => {
  it('exits with the code of its command, also for wrong command lines', async () => {
    const program = start(['fill', 'nothing.ts', '--at', '1']);
    program.stdin.end();
    assert.equal(await exitOf(program), 2);
  });

  it(
    'answers a line before the next one comes, and can be interrupted while it waits',
    { skip: process.platform === 'win32' },
    async () => {
      const program = start(['fill', '--jsonl']);
      program.stdin.write(LINE);
      const [answer] = (await once(program.stdout, 'data')) as [Buffer];
      assert.match(answer.toString(), /^\{"id":1,"text":/);
      program.kill('SIGINT');
      assert.equal(await exitOf(program), 130);
    },
  );

  it('ends quietly when nobody reads its output any more', { skip: process.platform === 'win32' }, async () => {
    const program = start(['fill', '--jsonl']);
    const errors: string[] = [];
    program.stderr.on('data', (text: Buffer) => errors.push(text.toString()));
    program.stdin.on('error', () => undefined); // it no longer reads either
    program.stdin.write(LINE);
    await once(program.stdout, 'data');
    program.stdout.destroy();
    program.stdin.write(LINE.repeat(50));
    assert.equal(await exitOf(program), 0);
    assert.deepEqual(errors, []);
  });
});
