import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run, TINY } from './cliRun.js';

void describe('a wrong command line', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['frobnicate'], /unknown command/],
    [['fill'], /Name a file and a position/],
    [['fill', 'package.json'], /Name a file and a position/],
    [['fill', 'package.json', '--at', 'end'], /"end" is no position/],
    [['fill', 'package.json', '--at', '99999:1'], /package\.json has no line 99999/],
    [['fill', 'package.json', '--at', '1:99999'], /Line 1 of package\.json has no column 99999/],
    [['fill', '--jsonl', 'package.json'], /leave out FILE/],
    [['fill', 'package.json', '--at', '1:1', '--warm'], /--warm .* add --jsonl/],
    [['fill', 'package.json', '--at', '1:1', '--steps', '0'], /--steps.*whole number from 1 to 64/s],
    [['fill', 'package.json', '--at', '1:1', '--steps', 'many'], /whole number from 1 to 64/],
    [['fill', 'package.json', '--at', '1:1', '--top-p', '0'], /number above 0/],
    [['fill', 'package.json', '--at', '1:1', '--device', 'tpu'], /Allowed choices are auto, cpu/],
    [['fill', 'package.json', '--at', '1:1', '--frob'], /unknown option/],
    [['denoise'], /Name a file and a range/],
    [['denoise', 'package.json'], /Name a file and a range.*--range/],
    [['denoise', '--jsonl', 'package.json'], /leave out FILE/],
    [['denoise', 'package.json', '--range', '2:1-1:1'], /is empty/],
    [['denoise', 'package.json', '--range', '1:1-2:1', '--pin', '2:1-3:1'], /pin 2:1-3:1 is not inside/],
    [['denoise', 'package.json', '--range', '1:1-2:1', '--strength', '0'], /number above 0/],
    // What would do nothing there is refused, not ignored.
    ...[
      '--candidates 2',
      '--max-tokens 8',
      '--multiline never',
      '--min-confidence 0.5',
      '--stop-below 0.1',
      '--length auto',
    ].map((option): [string[], RegExp] => [
      ['denoise', 'package.json', '--range', '1:1-2:1', ...option.split(' ')],
      new RegExp(`unknown option '${option.split(' ')[0] ?? ''}'`),
    ]),
  ];
  for (const [args, message] of cases) {
    it(`infill ${args.join(' ')}`, async () => {
      const { exitCode, stdout, stderr } = await run(args);
      assert.match(stderr, message);
      assert.deepEqual([exitCode, stdout], [2, '']);
    });
  }
});

void describe('an error', () => {
  it('names a missing file', async () => {
    const { exitCode, stderr } = await run(['fill', 'nowhere.ts', '--at', '1:1']);
    assert.deepEqual([exitCode, /nowhere\.ts does not exist\. Check the path\./.test(stderr)], [1, true]);
  });
  it('names a missing model, wherever it was named', async () => {
    const args = ['fill', 'package.json', '--at', '1:1'];
    const byOption = await run([...args, '--model', 'nowhere']);
    assert.deepEqual([byOption.exitCode, /nowhere does not exist/.test(byOption.stderr)], [1, true]);
    const byVariable = await run(args, { env: { INFILL_MODEL: 'elsewhere' } });
    assert.deepEqual([byVariable.exitCode, /elsewhere does not exist/.test(byVariable.stderr)], [1, true]);
  });
});

void describe('help and version', () => {
  it('are no errors', async () => {
    const help = await run(['--help']);
    assert.equal(help.exitCode, 0);
    for (const command of ['fill', 'denoise', 'compare', 'bench', 'doctor', 'models', 'demo']) {
      assert.match(help.stdout, new RegExp(`^ {2}${command}\\b`, 'm'));
    }
    assert.match(help.stdout, /Exit codes/);
    assert.match((await run(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});

void describe('infill models', () => {
  it('verify tells whether a model is intact', async () => {
    const { exitCode, stdout } = await run(['models', 'verify']);
    assert.match(stdout, /is intact: 0 MB in .*tiny/);
    assert.equal(exitCode, 0);
    const json = JSON.parse((await run(['models', 'verify', TINY, '--json'])).stdout) as Record<string, unknown>;
    assert.deepEqual([json['folder'], json['isIntact'], json['problem']], [TINY, true, '']);
  });
  it('list names the bundled model', async () => {
    const { exitCode, stdout } = await run(['models', 'list']);
    assert.match(stdout, /infill-code-135m/);
    assert.equal(exitCode, 0);
  });
});
