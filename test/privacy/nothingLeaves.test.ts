import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBundle, buildCli, bundleFolder } from '../builtBundle.js';
import { ROOT, TINY } from '../cli/cliRun.js';
import { infillRequest } from '../inference/requests.js';
import type { StoreFolders } from '../../src/shared/storeProtocol.js';
import { cannotTrace, createdPaths, internetSockets, traced } from './systemCalls.js';

// The programs as they are shipped, started as a person may start them who has switched nothing off, or tried to switch the runtime's
// telemetry on: with an empty home folder, and without the variables by which the runtime takes a machine for a build server.

/** The runtime looks up its collector's host some 5 to 15 s after the first session was made. */
const IDLE_MS = 20_000;
/** Enough of a request for the model to be loaded and to compute. */
const REQUEST = infillRequest('const total = prices.', ';\n');
const LINE = `${JSON.stringify({ id: 1, prefix: 'const a = ', suffix: ';\n', steps: 1 })}\n`;

interface Person extends StoreFolders {
  readonly home: string;
  /** Folder for temporary files, inside the home folder. */
  readonly temporary: string;
}

interface Program {
  readonly bundle: string;
  /** Has it use the model. Resolves when it has. */
  readonly use: (child: ChildProcess, person: Person) => Promise<void>;
}

const PROGRAMS: Readonly<Record<string, Program>> = {
  'the command line': {
    bundle: 'cli.cjs',
    use: async (child) => {
      child.stdin?.write(LINE);
      const [answer] = (await once(child.stdout ?? child, 'data')) as [Buffer];
      assert.match(answer.toString(), /^\{"id":1,"text":/);
    },
  },
  'the inference process': { bundle: 'worker.cjs', use: infillWith },
  'the inference process of several windows': { bundle: 'relay.cjs', use: infillWith },
  'the store process': {
    bundle: 'store.cjs',
    use: async (child, { root, data }) => {
      const source = { kind: 'folder', folder: path.join(ROOT, 'test/fixtures/checkpoints/llada') };
      const request = { source, name: 'mine', precision: 'auto', answers: {} };
      child.send({ type: 'task', task: { type: 'add', root, data, request, token: '' } });
      await message(child, ({ type }) => type === 'done');
    },
  },
};

async function infillWith(child: ChildProcess): Promise<void> {
  child.send({ type: 'load', id: 1, runtime: { modelPath: TINY, device: 'cpu', threads: 1 } });
  child.send({ type: 'infill', id: 2, request: REQUEST, steps: false });
  await message(child, ({ type }) => type === 'infilled');
}

void describe('nothing leaves', { concurrency: true }, () => {
  let built: string;
  before(async () => {
    built = await bundleFolder('privacy-');
    // An installation whose bundled model is the tiny one.
    await writeFile(path.join(built, 'package.json'), '{"version":"0.0.0"}');
    await cp(TINY, path.join(built, 'models', 'infill-code-135m'), { recursive: true });
    await buildCli(path.join(built, 'dist', 'cli.cjs'));
    await buildBundle('src/inference/child/worker.ts', path.join(built, 'dist', 'worker.cjs'));
    await buildBundle('src/inference/relay/relay.ts', path.join(built, 'dist', 'relay.cjs'));
    await buildBundle('src/inference/child/workerStore.ts', path.join(built, 'dist', 'store.cjs'));
  });
  after(() => rm(built, { recursive: true }));

  /** Starts one of the programs, has it use the model, and ends it after `idleMs`. */
  async function using(
    { bundle, use }: Program,
    prefix: readonly string[],
    idleMs: number,
    see: (person: Person) => Promise<void>,
  ): Promise<void> {
    const home = await mkdtemp(path.join(tmpdir(), 'infill-home-'));
    const person = { home, temporary: path.join(home, 'tmp'), root: built, data: path.join(home, 'data') };
    await mkdir(person.temporary);
    const args = bundle === 'cli.cjs' ? ['fill', '--jsonl'] : [];
    const [program = '', ...rest] = [...prefix, process.execPath, path.join(built, 'dist', bundle), ...args];
    const child = spawn(program, rest, {
      env: environmentOf(person),
      stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    const ended = once(child, 'exit');
    try {
      await use(child, person);
      await sleep(idleMs);
      // The one ends with its input, the others with their host; a store process ends by itself.
      child.stdin?.end();
      if (child.connected) {
        child.disconnect();
      }
      assert.deepEqual(await ended, [0, null]);
      await see(person);
    } finally {
      child.kill('SIGKILL');
      await ended;
      await rm(home, { recursive: true });
    }
  }

  for (const [name, program] of Object.entries(PROGRAMS)) {
    it(`${name} leaves no file outside the data folder`, async () => {
      await using(program, [], 0, async (person) => {
        const files = (await readdir(person.home, { recursive: true })).map((file) => path.join(person.home, file));
        const empty = [person.temporary, meetingOf(person)];
        assert.deepEqual(
          files.filter((file) => !isBelow(file, person.data) && !empty.includes(file)),
          [],
        );
      });
    });

    const skip = cannotTrace();
    it(`${name} opens no connection and makes no other file, also while it is idle`, { skip }, async (t) => {
      const file = path.join(tmpdir(), `infill-trace-${process.pid}-${program.bundle}`);
      t.after(() => rm(file, { force: true }));
      // The store process lives for one task only.
      const idleMs = program.bundle === 'store.cjs' ? 0 : IDLE_MS;
      await using(program, traced(file), idleMs, async (person) => {
        const trace = await readFile(file, 'utf8');
        assert.match(trace, /onnxruntime_binding\.node/, 'the runtime was loaded, and it was recorded');
        assert.deepEqual(internetSockets(trace), []);
        assert.deepEqual(
          // What windows find each other by is gone afterwards: the test above.
          createdPaths(trace).filter((each) => !isBelow(each, person.data) && !isBelow(each, meetingOf(person))),
          [],
        );
      });
    });
  }

  it('a connection and a new file would be seen', { skip: cannotTrace() }, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'infill-trace-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'trace');
    const made = path.join(folder, 'made');
    const script = `require('fs').writeFileSync(${JSON.stringify(made)}, ''); require('net').connect(9, '127.0.0.1').on('error', () => {});`;
    const [program, ...args] = [...traced(file), process.execPath, '-e', script];
    assert.deepEqual(await once(spawn(program, args, { stdio: 'inherit' }), 'close'), [0, null]);
    const trace = await readFile(file, 'utf8');
    assert.ok(existsSync(made));
    assert.deepEqual(createdPaths(trace), [made]);
    assert.equal(internetSockets(trace).length, 1);
  });
});

/** Nothing but what a program needs to start at all; the runtime's switch says "on". */
function environmentOf({ home, temporary, data }: Person): NodeJS.ProcessEnv {
  const needed = ['PATH', 'SystemRoot', 'SystemDrive', 'windir'].map((name) => [name, process.env[name]] as const);
  return {
    ...Object.fromEntries(needed.filter(([, value]) => value !== undefined)),
    HOME: home,
    USERPROFILE: home,
    APPDATA: path.join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: path.join(home, 'AppData', 'Local'),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    INFILL_HOME: data,
    INFILL_MODEL: TINY,
    ORT_DISABLE_TELEMETRY: '0',
  };
}

async function message(child: ChildProcess, isWanted: (message: { readonly type: string }) => boolean): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.on('message', (received) => {
      const { type } = received as { readonly type: string };
      if (isWanted({ type })) {
        resolve();
      } else if (type === 'failure' || type === 'failed') {
        reject(new Error(JSON.stringify(received)));
      }
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${String(code)} before it answered.`)));
  });
}

/** The folder in which a person's windows meet. */
function meetingOf({ temporary }: Person): string {
  return path.join(temporary, `infill-${process.getuid?.() ?? ''}`);
}

function isBelow(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder + path.sep);
}
