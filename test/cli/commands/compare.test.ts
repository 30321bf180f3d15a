import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Passes } from '../../../src/shared/outcome.js';
import { run } from '../cliRun.js';

interface Report {
  readonly file: string;
  readonly at: object;
  readonly model: { readonly name: string };
  readonly comparisons: readonly {
    readonly sampler: string;
    readonly remask?: string;
    readonly steps: number;
    readonly stepsUsed?: number;
    readonly passes?: Passes;
    readonly ms?: number;
    readonly confidence?: number;
    readonly text?: string;
    readonly reason?: string;
  }[];
}

void describe('infill compare', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'infill-compare-'));
    await writeFile(path.join(folder, 'a.py'), 'def add(a, b):\n    return a + b\n');
  });
  after(() => rm(folder, { recursive: true }));

  function compare(...args: readonly string[]): ReturnType<typeof run> {
    const hole = ['compare', 'a.py', '--at', '2:12', '--max-tokens', '12', '--min-confidence', '0'];
    return run([...hole, ...args], { cwd: folder });
  }

  it('runs each sampler with each number of steps, and tells what it cost', async () => {
    const samplers =
      'mdlm-ancestral,llada-low-confidence:block=6,end-last=true,mdlm-ancestral+loop:eta=0.1,alpha=0.8,p2';
    const { stdout } = await compare('--samplers', samplers, '--steps', '4,9', '--json');
    const { file, at, model, comparisons } = JSON.parse(stdout) as Report;
    assert.deepEqual([file, at, model.name], ['a.py', { line: 2, column: 12 }, 'tiny']);
    assert.deepEqual(
      comparisons.map(({ sampler, remask, steps }) => [sampler, remask, steps]),
      [
        ['mdlm-ancestral', undefined, 4],
        ['mdlm-ancestral', undefined, 9],
        ['llada-low-confidence:block=6,end-last=true', undefined, 4],
        ['llada-low-confidence:block=6,end-last=true', undefined, 9],
        ['mdlm-ancestral', 'loop:eta=0.1,alpha=0.8', 4],
        ['mdlm-ancestral', 'loop:eta=0.1,alpha=0.8', 9],
        ['p2', undefined, 4],
        ['p2', undefined, 9],
      ],
    );
    for (const one of comparisons) {
      const { count, ms } = one.passes!.denoise;
      assert.ok(one.stepsUsed! <= one.steps && count >= 1 && count <= one.stepsUsed! && ms > 0 && one.ms! > ms);
      assert.ok(one.text === '' ? one.reason !== undefined : one.confidence! > 0);
    }
    const remasked = comparisons.find(({ remask, steps }) => remask !== undefined && steps === 9)!;
    assert.equal(remasked.stepsUsed, 9, 'one that revises uses all steps');
  });

  it('prints a table for a person, with the reason where a combination is refused', async () => {
    const { stdout } = await compare('--samplers', 'entropy-bound,p2+cap', '--steps', '3');
    assert.match(stdout, /^sampler +steps +used +passes +ms +confidence +text\n/);
    assert.match(stdout, /^entropy-bound +3 +\d+ +[\d+]+ +[\d.]+ ms/m);
    assert.match(stdout, /^p2\+cap +3 +- +- +- +- +\(Remasking "cap" does not go with the sampler "p2"/m);
  });

  it('"all" stands for every sampler', async () => {
    const { stdout } = await compare('--samplers', 'all', '--steps', '2', '--json');
    const names = (JSON.parse(stdout) as Report).comparisons.map(({ sampler }) => sampler);
    assert.ok(names.length >= 14 && new Set(names).size === names.length && names.includes('sedd-euler'));
  });

  it('refuses names that do not exist', async () => {
    const wrong = await compare('--samplers', 'entropy-bound,euler');
    assert.deepEqual([wrong.exitCode, /no sampler "euler"/.test(wrong.stderr)], [2, true]);
    const remasking = await compare('--samplers', 'mdlm-ancestral+all');
    assert.deepEqual([remasking.exitCode, /no remasking "all"/.test(remasking.stderr)], [2, true]);
  });
});

void describe('infill fill with a sampler', () => {
  const fill = (...args: readonly string[]): ReturnType<typeof run> =>
    run(['fill', 'package.json', '--at', '3:1', '--max-tokens', '8', '--steps', '6', '--json', ...args]);

  it('takes sampler, remasking and length', async () => {
    const { stdout } = await fill('--sampler', 'mdlm-ancestral', '--remask', 'rescale:eta=0.2', '--length', 'fixed');
    const { report } = JSON.parse(stdout) as { report: { canvasSize: number; stepsUsed: number } };
    assert.deepEqual([report.canvasSize, report.stepsUsed], [8, 6]);
  });

  it('names what is wrong', async () => {
    const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
      [['--sampler', 'euler'], 2, /no sampler "euler".*entropy-bound/s],
      [['--remask', 'all'], 2, /no remasking "all".*rescale/s],
      [['--length', 'long'], 2, /no length "long".*cal/s],
      [['--sampler', 'p2:eta=1'], 1, /"p2" has no parameter "eta"/],
      [['--sampler', 'p2', '--remask', 'cap'], 1, /does not go with the sampler "p2".*mdlm-ancestral/],
      [['--length', 'expand'], 1, /no token with which it could make a canvas longer/],
    ];
    for (const [args, code, message] of cases) {
      const { exitCode, stderr } = await fill(...args);
      assert.match(stderr, message);
      assert.equal(exitCode, code, args.join(' '));
    }
  });
});
