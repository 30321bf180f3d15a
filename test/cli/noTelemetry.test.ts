import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import { TINY } from './cliRun.js';

/** The runtime's events wait for some seconds before they are sent. */
const IDLE_MS = 20_000;
const LINE = `${JSON.stringify({ id: 1, prefix: 'const a = ', suffix: ';\n', language: 'typescript' })}\n`;
const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-V']).status === 0;

let bundles: string;
let home: string;
before(async () => {
  bundles = await bundleFolder('telemetry-');
  await buildBundle('src/cli/main.ts', path.join(bundles, 'cli.cjs'), {
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href;` },
  });
  home = await mkdtemp(path.join(tmpdir(), 'infill-home-'));
});
after(() => Promise.all([rm(bundles, { recursive: true }), rm(home, { recursive: true })]));

/**
 * A person's environment with a home folder in which nothing is. Test machines set variables that keep the runtime quiet by
 * themselves; a person's machine does not.
 */
function freshEnvironment(): NodeJS.ProcessEnv {
  const quieting = /^(CI|ORT_.*|XDG_.*|GITHUB_ACTIONS|TF_BUILD|BUILD_.*|NODE_.*)$/;
  const own = Object.entries(process.env).filter(([name]) => !quieting.test(name));
  return {
    ...Object.fromEntries(own),
    HOME: home,
    USERPROFILE: home,
    APPDATA: path.join(home, 'roaming'),
    LOCALAPPDATA: path.join(home, 'local'),
    TMPDIR: path.join(home, 'tmp'),
    INFILL_HOME: path.join(home, 'infill'),
    ORT_DISABLE_TELEMETRY: '0',
  };
}

void describe('after a fill', () => {
  it('nothing is written outside of the data folder, and idling opens no connection', async (t) => {
    await mkdir(path.join(home, 'tmp'));
    const traced = path.join(bundles, 'sockets.txt');
    const fill = [process.execPath, path.join(bundles, 'cli.cjs'), 'fill', '--jsonl', '--model', TINY];
    const [program = '', ...args] = hasStrace
      ? ['strace', '-f', '-qq', '-e', 'trace=socket,connect', '-o', traced, ...fill]
      : fill;
    const child = spawn(program, args, { env: freshEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    child.stdin.write(LINE);
    const [answer] = (await once(createInterface(child.stdout), 'line')) as [string];
    assert.equal((JSON.parse(answer) as { id: unknown }).id, 1);
    await sleep(hasStrace ? IDLE_MS : 0);
    child.stdin.end();
    assert.deepEqual(await exited, [0, null]);

    const left = await readdir(home, { recursive: true });
    assert.deepEqual(
      left.filter((name) => name !== 'tmp' && name.split(path.sep)[0] !== 'infill'),
      [],
    );
    if (hasStrace) {
      const calls = await readFile(traced, 'utf8');
      assert.doesNotMatch(calls, /AF_INET|AF_INET6|nscd|resolve/);
    } else {
      t.diagnostic('There is no strace here: connections were not watched.');
    }
  });
});
