import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { anyCharacter } from '../anyCharacter.js';
import fc from 'fast-check';
import { SafeOutput } from '../../src/cli/output/safeOutput.js';
import { CLEAR_LINE, styleFor } from '../../src/cli/output/style.js';
import { visibleJson, visibleLine, visibleText } from '../../src/shared/visibleText.js';
import { type CliRun, type CliRunOptions, run, TINY } from './cliRun.js';

/** Sets the window's title, hides text, moves the cursor up, erases, turns text around; and begins a line of its own. */
const HOSTILE =
  '\u001b]0;owned\u0007\u001b[8m\u001b[1A\u009b2J\b\u007f\u202e\u2066\u2028\u{E0041}\r\nowned: yes\rowned: yes';
const ESCAPE = '\u001b';
/** What a terminal may get: text, line ends, tabs, and our own colours and cleared lines. */
const OWN = new RegExp(`${ESCAPE}\\[(?:[1-7]|2[2-7]|3[0-9]|G|2K)(?:m|(?<=[GK]))`, 'g');
const ACTS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029\u{E0000}-\u{E007F}]/u;

function assertHarmless({ stdout, stderr }: CliRun, what: string): void {
  for (const text of [stdout, stderr]) {
    const rest = text.replace(OWN, '');
    assert.doesNotMatch(
      rest,
      ACTS,
      `${what}: ${JSON.stringify(rest.slice(Math.max(0, rest.search(ACTS) - 60)).slice(0, 120))}`,
    );
    assert.doesNotMatch(rest, /^owned/m, what);
  }
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** The paths of all strings in a value, keys included. */
function stringsIn(value: Json, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return [at];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => stringsIn(each, [...at, key]));
}

function changed(value: Json, [key, ...rest]: readonly string[], change: (text: string) => string): Json {
  if (key === undefined) return change(value as string);
  if (Array.isArray(value)) return value.map((each, i) => (String(i) === key ? changed(each, rest, change) : each));
  const members = value as { [key: string]: Json };
  return { ...members, [key]: changed(members[key]!, rest, change) };
}

void describe('text from elsewhere', () => {
  let data: string;
  let model: string;
  let manifest: Json;
  before(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'infill-terminal-'));
    model = path.join(data, 'models', 'mine');
    await cp(TINY, model, { recursive: true });
    manifest = JSON.parse(await readFile(path.join(TINY, 'manifest.json'), 'utf8')) as Json;
  });
  after(() => rm(data, { recursive: true }));

  async function check(args: readonly string[], options: CliRunOptions = {}): Promise<string> {
    let all = '';
    for (const isTTY of [true, false]) {
      const done = await run(args, { env: { INFILL_HOME: data, INFILL_MODEL: model }, cwd: data, ...options, isTTY });
      assertHarmless(done, args.join(' '));
      all += done.stdout + done.stderr;
    }
    return all;
  }

  it('in any string of a manifest does nothing in a terminal', async () => {
    const paths = stringsIn(manifest);
    assert.ok(paths.length > 10);
    let shown = 0;
    for (const at of paths) {
      for (const change of [(text: string) => text + HOSTILE, () => HOSTILE]) {
        await writeFile(path.join(model, 'manifest.json'), JSON.stringify(changed(manifest, at, change)));
        for (const args of [
          ['models', 'list'],
          ['models', 'verify', model],
          ['models', 'verify', 'mine', '--json'],
        ]) {
          if ((await check(args)).includes('owned')) shown++;
        }
      }
    }
    assert.ok(shown > 10, 'some is shown, made visible');
  });

  it('in what is said of a model that runs does nothing either', async () => {
    let hostile = manifest;
    for (const key of ['name', 'displayName', 'version', 'license', 'description'])
      hostile = changed(hostile, [key], (text) => text + HOSTILE);
    await writeFile(path.join(model, 'manifest.json'), JSON.stringify(hostile));
    const small = ['--steps', '1', '--max-tokens', '4'];
    await writeFile(path.join(data, 'a.txt'), `${HOSTILE} text\n`);
    const seen = [
      await check(['doctor']),
      await check(['doctor', '--json']),
      await check(['bench', '--steps', '1', '--max-tokens', '8', '--repeats', '1']),
      await check(['fill', 'a.txt', '--at', '2:2', ...small, '--json']),
      await check(['compare', 'a.txt', '--at', '2:2', '--steps', '1', '--samplers', 'entropy-bound', '--json']),
      await check(['demo', ...small]),
    ];
    for (const text of seen)
      assert.ok(
        text.includes(String.raw`\x1b]0;owned\x07`) || text.includes(String.raw`\u001b]0;owned`),
        text.slice(0, 300),
      );
  });

  it('as the name of a file, a model, an option or a command does nothing', async () => {
    for (const args of [
      ['fill', `${HOSTILE}.py`, '--at', '1:1'],
      ['fill', 'a.txt', '--at', HOSTILE],
      ['fill', 'a.txt', '--at', '1:1', '--model', HOSTILE],
      ['fill', 'a.txt', '--at', '1:1', '--sampler', HOSTILE],
      ['models', 'use', HOSTILE],
      ['models', 'remove', HOSTILE],
      ['models', 'add', HOSTILE],
      [HOSTILE],
    ]) {
      const done = await run(args, { env: { INFILL_HOME: data }, cwd: data });
      assert.notEqual(done.exitCode, 0);
      // The person's own words: they may begin a line of the message.
      assert.doesNotMatch(done.stderr, ACTS, args.join(' '));
    }
  });

  it('in a document is shown so that it can be seen', async () => {
    await cp(path.join(TINY, 'manifest.json'), path.join(model, 'manifest.json'));
    const name = path.join(data, 'b.py');
    await writeFile(name, `\u001b[31mred\u202e\r\ndef f():\r\n    return \u009b\r\n`);
    const options = ['--steps', '2', '--max-tokens', '6', '--temperature', '1'];
    const env = { INFILL_HOME: data, INFILL_MODEL: model };
    let all = '';
    for (let seed = 0; seed < 12; seed++) {
      for (const args of [
        ['fill', 'b.py', '--at', '3:12'],
        ['denoise', 'b.py', '--range', '1:1-3:12', '--strength', '0.5'],
      ]) {
        const done = await run([...args, ...options, '--seed', String(seed)], { env, cwd: data, isTTY: true });
        assertHarmless(done, args.join(' '));
        all += done.stdout;
      }
    }
    assert.ok(all.includes(String.raw`\x1b[31mred\u202e`));
    assert.ok(all.includes('\u001b[32m'), 'our own colours are there');
  });

  it('that is asked for comes as it is where no terminal gets it', async () => {
    await writeFile(path.join(data, 'c.py'), 'x = "\u001b[1m\u202e"\r\ny = 1\r\n');
    const args = ['denoise', 'c.py', '--range', '1:1-2:6', '--pin', '1:1-1:12', '--strength', '1', '--steps', '3'];
    const env = { INFILL_HOME: data, INFILL_MODEL: model };
    const json = await run([...args, '--json'], { env, cwd: data });
    const piped = await run(args, { env, cwd: data });
    const { text } = JSON.parse(json.stdout) as { text: string };
    assert.ok(text.includes('\u001b[1m\u202e') && text.includes('\r\n'));
    assert.equal(piped.stdout, `${text}\n`);
    assert.doesNotMatch(json.stdout, ACTS);
  });
});

void describe('the stream that commands write to', () => {
  const written = (text: string, isTTY: boolean): string => {
    let all = '';
    const write = (piece: string): boolean => {
      all += piece;
      return true;
    };
    new SafeOutput({ isTTY, write, once: () => undefined }).write(text);
    return all;
  };

  it('lets our colours act and nothing else', () => {
    const style = styleFor({ isTTY: true }, {});
    assert.equal(
      written(`${CLEAR_LINE}${style('red', 'a\u001b[0mb')}\u001b[31m\r\n`, true),
      '\u001b[G\u001b[2K\u001b[31ma\\x1b[0mb\u001b[39m\\x1b[31m\n',
    );
  });

  it('leaves no text that acts, whatever it gets', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.string({ unit: anyCharacter, maxLength: 1 }),
        fc.constantFrom('\u001b', '\u009b', '\r', '\n', '\u202e', '\ud800'),
      ),
    });
    fc.assert(
      fc.property(text, fc.boolean(), (each, isTTY) => {
        assert.doesNotMatch(written(each, isTTY), ACTS);
        assert.doesNotMatch(visibleLine(each), /[\n\t\r]/);
        assert.equal(visibleText(visibleText(each)), visibleText(each));
        const json = visibleJson(JSON.stringify({ a: each }));
        assert.doesNotMatch(json, ACTS);
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify({ a: each })));
      }),
      { numRuns: 2000 },
    );
  });

  it('shows emoji and other writing as it is', () => {
    for (const text of ['👩‍👩‍👧 ❤️', 'می‌خواهم', 'שלום', 'a\u00a0b', 'é ü 你好']) assert.equal(visibleText(text), text);
  });
});
