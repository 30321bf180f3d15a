import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { anyCharacter } from '../anyCharacter.js';
import fc from 'fast-check';
import { readTextFile, writeTextFile } from '../../src/cli/input/textFile.js';
import { buildCli, bundleFolder } from '../builtBundle.js';
import { run, TINY } from './cliRun.js';

const TEXT = 'def add(a, b):\r\n    return a + b\r\n';
/** Long enough to be cut off by a limit. */
const CONTENT = `\uFEFF${TEXT}${'# a comment — with dashes\r\n'.repeat(1000)}`;
const OPTIONS = ['--steps', '3', '--temperature', '1'];
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  fill: ['fill', 'a.py', '--at', '2:5', '--max-tokens', '12'],
  denoise: ['denoise', 'a.py', '--range', '2:5-2:17', '--strength', '1'],
};

/** Loaded before the program: once the model's tokenizer is read, somebody else writes to the file. */
const EDITS_MEANWHILE = `
const promises = require('node:fs/promises');
const { appendFileSync } = require('node:fs');
const { open } = promises;
let isSaved = false;
promises.open = (file, ...rest) => {
  if (!isSaved && String(file).endsWith('tokenizer.json')) {
    appendFileSync(process.env.EDITED, '# saved meanwhile\\r\\n');
    isSaved = true;
  }
  return open(file, ...rest);
};`;

void describe('--write of the built command line', () => {
  let bundle: string;
  let folder: string;
  let work: string;
  before(async () => {
    bundle = await bundleFolder('cli-');
    await buildCli(path.join(bundle, 'cli.cjs'));
    folder = await mkdtemp(path.join(tmpdir(), 'infill-writes-'));
    await writeFile(path.join(folder, 'edits.cjs'), EDITS_MEANWHILE);
  });
  beforeEach(async () => {
    work = await mkdtemp(path.join(folder, 'work-'));
    await writeFile(path.join(work, 'a.py'), CONTENT);
  });
  after(async () => {
    await rm(bundle, { recursive: true });
    await rm(folder, { recursive: true });
  });

  const content = (): Promise<string> => readFile(path.join(work, 'a.py'), 'utf8');

  const seeded = new Map<string, { readonly args: string[]; readonly text: string }>();
  /** With a seed for which the tiny model, which writes nonsense, writes something. */
  async function argsFor(command: string): Promise<{ readonly args: string[]; readonly text: string }> {
    const known = seeded.get(command);
    if (known) return known;
    for (let seed = 0; seed < 60; seed++) {
      const args = [...COMMANDS[command]!, ...OPTIONS, '--seed', String(seed)];
      const { exitCode, stdout } = await run([...args, '--json'], { cwd: work });
      const outcome = exitCode === 0 ? (JSON.parse(stdout) as Outcome) : {};
      const text = outcome.text ?? outcome.candidates?.[0]?.text;
      if (text !== undefined) {
        const found = { args: [...args, '--write'], text };
        seeded.set(command, found);
        return found;
      }
    }
    throw new Error('no seed writes anything');
  }

  interface Outcome {
    readonly text?: string;
    readonly candidates?: readonly { readonly text: string }[];
  }

  async function cli(
    args: readonly string[],
    { limit = 'unlimited', env = {} }: { readonly limit?: string; readonly env?: NodeJS.ProcessEnv } = {},
  ): Promise<{ readonly code: unknown; readonly stderr: string }> {
    const home = path.join(folder, 'no-data');
    const program = spawn(
      'sh',
      ['-c', `ulimit -f ${limit}; exec "$@"`, 'sh', process.execPath, path.join(bundle, 'cli.cjs'), ...args],
      { cwd: work, env: { ...process.env, INFILL_MODEL: TINY, INFILL_HOME: home, ...env } },
    );
    let stderr = '';
    program.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    program.stdout.resume();
    const [code] = (await once(program, 'close')) as [unknown];
    return { code, stderr };
  }

  for (const command of Object.keys(COMMANDS)) {
    it(
      `${command} leaves the file as it was when the new one cannot be written to its end`,
      { skip: process.platform === 'win32' },
      async () => {
        const { args } = await argsFor(command);
        const { code, stderr } = await cli(args, { limit: '8' }); // 4 or 8 KB, depending on the shell
        assert.equal(code, 1, stderr);
        assert.match(stderr, /a\.py cannot be written: EFBIG.*It is as it was\. Make room/);
        assert.deepEqual([await content(), await readdir(work)], [CONTENT, ['a.py']]);
      },
    );

    it(`${command} keeps what was saved while the model computed`, { skip: process.platform === 'win32' }, async () => {
      const { args } = await argsFor(command);
      const { code, stderr } = await cli(args, {
        env: {
          NODE_OPTIONS: `--require ${path.join(folder, 'edits.cjs')}`,
          EDITED: path.join(work, 'a.py'),
        },
      });
      assert.equal(code, 1, stderr);
      assert.match(stderr, /a\.py was changed since it was read, so nothing was written to it\. Run the command again/);
      assert.deepEqual([await content(), await readdir(work)], [`${CONTENT}# saved meanwhile\r\n`, ['a.py']]);
    });

    it(
      `${command} changes nothing but the text: links, mode, mark and line ends stay`,
      { skip: process.platform === 'win32' },
      async () => {
        const { args, text } = await argsFor(command);
        await chmod(path.join(work, 'a.py'), 0o750);
        await mkdir(path.join(work, 'links'));
        await symlink('../a.py', path.join(work, 'links', 'a.py'));
        const linked = args.map((arg) => (arg === 'a.py' ? 'links/a.py' : arg));
        const { code, stderr } = await cli(linked);
        assert.equal(code, 0, stderr);
        const old = command === 'fill' ? '' : 'return a + b';
        const at = CONTENT.indexOf('return');
        assert.equal(await content(), CONTENT.slice(0, at) + text + CONTENT.slice(at + old.length));
        assert.equal((await stat(path.join(work, 'a.py'))).mode & 0o7777, 0o750);
        assert.equal(await readlink(path.join(work, 'links', 'a.py')), '../a.py');
        assert.deepEqual((await readdir(work)).sort(), ['a.py', 'links']);
      },
    );
  }

  it('keeps every byte around the text, whatever the file holds', async () => {
    const any = fc.string({
      unit: fc.oneof(fc.string({ unit: anyCharacter, maxLength: 1 }), fc.constantFrom('\r', '\n', '\uFEFF', '\uFFFD')),
    });
    const name = path.join(work, 'b.txt');
    await fc.assert(
      fc.asyncProperty(any, any, async (head, tail) => {
        const [before, behind] = [head, tail].map((part) => Buffer.from(part.replaceAll('\0', '')).toString());
        await writeFile(name, before! + behind!);
        const file = await readTextFile(name);
        const at = before!.length - (file.hasByteOrderMark && before !== '' ? 1 : 0);
        await writeTextFile(file, `${file.text.slice(0, at)}new${file.text.slice(at)}`);
        const mark = file.hasByteOrderMark && before === '' ? 1 : 0;
        const expected = before! + behind!.slice(0, mark) + 'new' + behind!.slice(mark);
        assert.deepEqual(await readFile(name), Buffer.from(expected));
      }),
      { numRuns: 200 },
    );
  });
});
