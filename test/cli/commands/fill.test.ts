import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { InfillOutcome } from '../../../src/shared/outcome.js';
import { run } from '../cliRun.js';

const ESCAPE = '\u001b';
const TEXT = 'def add(a, b):\r\n    return a + b\r\n';

void describe('infill fill', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-fill-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function fillWith(seed: number, args: readonly string[], isTTY = false): ReturnType<typeof run> {
    await writeFile(path.join(folder, 'a.py'), `\uFEFF${TEXT}`);
    const options = ['--steps', '3', '--max-tokens', '12', '--temperature', '1', '--seed', String(seed)];
    return run(['fill', 'a.py', '--at', '2:5', ...options, ...args], { cwd: folder, isTTY });
  }

  /** The tiny model writes nonsense, and where that is dropped another seed gives other nonsense. */
  let seed = 0;
  async function fill(args: readonly string[], isTTY = false): ReturnType<typeof run> {
    for (; ; seed++) {
      const done = await fillWith(seed, args, isTTY);
      if (done.exitCode === 0 || seed === 30) {
        return done;
      }
    }
  }

  it('prints just the text for a pipe', async () => {
    const { exitCode, stdout, stderr } = await fill([]);
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.ok(stdout.trim().length > 0 && stdout.endsWith('\n'));
    assert.ok(!/step/.test(stdout) && !stdout.includes(ESCAPE));
  });

  it('reads what a person names, also what the editor leaves alone', async () => {
    await writeFile(path.join(folder, '.env'), 'FIRST=1\nSECOND=\n');
    const { exitCode, stdout } = await run(['fill', '.env', '--at', '2:8', '--json'], { cwd: folder });
    const outcome = JSON.parse(stdout) as InfillOutcome;
    assert.ok(outcome.report.encodedTokens > 0);
    assert.equal(exitCode, outcome.kind === 'infill' ? 0 : 1);
  });

  it('tells the steps apart from the text when they are asked for', async () => {
    const { stdout, stderr } = await fill(['--trace']);
    assert.match(stderr, /^step 1\/3 +[\d.]* ms {2}/);
    assert.ok(!stderr.includes(ESCAPE));
    assert.doesNotMatch(stdout, /step/);
  });

  it('shows a person each step, the text in its place, and where the time went', async () => {
    const { stdout } = await fill([], true);
    assert.match(stdout, /step 1\/3/);
    assert.match(stdout.replaceAll(ESCAPE, '^'), /│.* {5}.*\^\[32m.*return a \+ b/s);
    assert.match(
      stdout,
      /confidence 0\.\d\d, .* in all: context .* tokens encoded.*: \d denoise [\d.]+ ms.*\ntiny .* on cpu/,
    );
  });

  it('draws a picture of the run that is asked for, and says where it cannot be written', async () => {
    await fill(['--picture', 'run.svg']);
    const picture = await readFile(path.join(folder, 'run.svg'), 'utf8');
    assert.match(picture, /^<svg [^]*<title>Denoising a\.py<\/title>[^]*<\/svg>\n$/);
    assert.equal(picture.match(/<g /g)?.length, 1 + Number(/class="label"[^>]*>\d of (\d)/.exec(picture)?.[1]));
    const refused = await fillWith(seed, ['--picture', path.join('no', 'run.svg')]);
    assert.match(refused.stderr, /picture cannot be written to no.run\.svg.*Name another file/);
    assert.notEqual(refused.exitCode, 0);
  });

  it('takes no further step once the deadline would be missed, and says so', async () => {
    const hole = ['fill', 'package.json', '--at', '3:1', '--max-tokens', '12', '--steps', '6', '--min-confidence', '0'];
    const reportWith = async (...args: readonly string[]): Promise<InfillOutcome['report']> =>
      (JSON.parse((await run([...hole, '--json', ...args])).stdout) as InfillOutcome).report;
    const free = await reportWith('--deadline', '60000');
    assert.ok(free.stepsUsed > 1 && free.stoppedBy === undefined, `${free.stepsUsed} steps`);
    const { stepsUsed, stoppedBy, passes } = await reportWith('--deadline', '1');
    assert.deepEqual([stepsUsed, stoppedBy, passes.denoise.count], [1, 'deadline', 1]);
    const { stdout } = await run([...hole, '--deadline', '1', '--trace'], { isTTY: true });
    assert.match(stdout, /step 1\/6 .* denoise /);
    assert.doesNotMatch(stdout, /step 2/);
    const { exitCode, stderr } = await run([...hole, '--deadline', '0']);
    assert.deepEqual([exitCode, /a whole number from 1 to 60000/.test(stderr)], [2, true]);
  });

  it('traces the kind of each step and the draft that stands after it', async () => {
    const { stdout } = await fill(['--json', '--trace']);
    const { trace, passes } = (JSON.parse(stdout) as InfillOutcome).report;
    assert.ok(trace!.length > 0 && trace!.every(({ kind, draft }) => kind === 'denoise' && !draft.includes(null)));
    assert.ok(passes.denoise.count >= 1 && passes.denoise.ms > 0 && passes.verify.count === 0);
  });

  it('prints everything as JSON, the same for the same seed', async () => {
    const [first, second] = [await fill(['--json', '--candidates', '3']), await fill(['--json', '--candidates', '3'])];
    const outcome = JSON.parse(first.stdout) as InfillOutcome & { file: string; at: object };
    assert.deepEqual([outcome.file, outcome.at, outcome.kind], ['a.py', { line: 2, column: 5 }, 'infill']);
    assert.ok(
      outcome.kind === 'infill' && outcome.candidates.every(({ confidence }) => confidence > 0 && confidence <= 1),
    );
    const again = JSON.parse(second.stdout) as InfillOutcome;
    assert.deepEqual(again.kind === 'infill' && again.candidates, outcome.candidates);
  });

  it('writes the text into the file, and nothing else', async () => {
    const { stdout } = await fill(['--json', '--write']);
    const outcome = JSON.parse(stdout) as InfillOutcome;
    const text = outcome.kind === 'infill' ? outcome.candidates[0]?.text : undefined;
    const at = TEXT.indexOf('return');
    assert.equal(
      await readFile(path.join(folder, 'a.py'), 'utf8'),
      `\uFEFF${TEXT.slice(0, at)}${text ?? '?'}${TEXT.slice(at)}`,
    );
  });

  it('exits with 1 and the reason where nothing is suggested', async () => {
    assert.equal((await fill([])).exitCode, 0);
    const { exitCode, stdout, stderr } = await fillWith(seed, ['--min-confidence', '1']);
    assert.deepEqual([exitCode, stdout], [1, '']);
    assert.match(stderr, /nothing suggested: [a-z-]+/);
  });

  it('that is interrupted says so with its exit code', async () => {
    await writeFile(path.join(folder, 'a.py'), TEXT);
    const { exitCode } = await run(['fill', 'a.py', '--at', '2:5'], { cwd: folder, signal: AbortSignal.abort() });
    assert.equal(exitCode, 130);
  });

  it('fills several holes together, shows each with its place, and writes all of them', async () => {
    const text = 'const a = items.;\nconst b = items.;\n';
    const holes = ['fill', 'two.ts', '--at', '2:17', '--at', '1:17', '--steps', '3', '--max-tokens', '8'];
    let seed = 0;
    for (; seed < 40; seed++) {
      await writeFile(path.join(folder, 'two.ts'), text);
      const args = [...holes, '--temperature', '1', '--seed', String(seed)];
      const { exitCode, stdout } = await run([...args, '--json'], { cwd: folder });
      const { holes: filled } = JSON.parse(stdout) as { holes: (InfillOutcome & { at: object })[] };
      assert.deepEqual(
        filled.map(({ at }) => at),
        [
          { line: 1, column: 17 },
          { line: 2, column: 17 },
        ],
      );
      const texts = filled.flatMap((hole) => (hole.kind === 'infill' ? [hole.candidates[0]!.text] : []));
      assert.equal(exitCode, texts.length > 0 ? 0 : 1);
      if (texts.length < 2) continue;
      const written = await run([...args, '--write'], { cwd: folder });
      const ended = (each: string): string => (each.endsWith('\n') ? each : `${each}\n`);
      assert.equal(written.stdout, `--- 1:17\n${ended(texts[0]!)}--- 2:17\n${ended(texts[1]!)}`);
      const after = await readFile(path.join(folder, 'two.ts'), 'utf8');
      assert.equal(after, `const a = items.${texts[0]};\nconst b = items.${texts[1]};\n`);
      break;
    }
    assert.ok(seed < 40, 'no seed fills both');
    const twice = await run(['fill', 'two.ts', '--at', '1:3', '--at', '1:3'], { cwd: folder });
    assert.match(twice.stderr, /same position/u);
    const demanding = await run([...holes, '--must-start', 'a'], { cwd: folder });
    assert.match(demanding.stderr, /about one hole/u);
  });
});

void describe('infill denoise', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-denoise-'));
    await writeFile(path.join(folder, 'a.py'), TEXT);
  });
  after(() => rm(folder, { recursive: true }));

  it('keeps what is pinned, and all around the range', async () => {
    const args = ['denoise', 'a.py', '--range', '2:5-2:17', '--pin', '2:5-2:11', '--strength', '1', '--steps', '3'];
    const { exitCode, stdout, stderr } = await run([...args, '--write', '--json'], { cwd: folder });
    assert.equal(exitCode, 0, stderr);
    const outcome = JSON.parse(stdout) as { kind: string; text: string; range: object };
    assert.equal(outcome.kind, 'denoised');
    assert.match(outcome.text, /^return/);
    assert.deepEqual(outcome.range, { start: { line: 2, column: 5 }, end: { line: 2, column: 17 } });
    assert.equal(
      await readFile(path.join(folder, 'a.py'), 'utf8'),
      TEXT.replace('return a + b', () => outcome.text),
    );
  });

  it('shows a person before and after', async () => {
    const { stdout } = await run(['denoise', 'a.py', '--range', '1:1-1:5', '--steps', '2'], {
      cwd: folder,
      isTTY: true,
    });
    assert.match(stdout, /before.*after.*\d+ of \d+ tokens changed/s);
  });
});
