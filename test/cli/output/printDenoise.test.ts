import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Writable } from 'node:stream';
import { type DenoisedFile, printDenoise } from '../../../src/cli/output/printDenoise.js';
import { type DenoiseOutcome, NO_PASSES, type RunReport } from '../../../src/shared/outcome.js';

const REPORT: RunReport = {
  stepsUsed: 2,
  passes: NO_PASSES,
  canvasSize: 8,
  ms: { tokenize: 1, context: 2, steps: [], postprocess: 0, total: 3 },
  encodedTokens: 4,
  reusedTokens: 0,
};
const SELECTION = 'return a - b - c';
const TRIED = {
  span: { start: 13, end: 14 },
  before: '-',
  text: '*',
  logProbs: { before: -4.5, text: -6 },
  why: 'not-likelier',
} as const;
const DENOISED: DenoiseOutcome = {
  kind: 'denoised',
  text: 'return a + b - c',
  changes: [
    { span: { start: 9, end: 10 }, before: '-', text: '+', logProbs: { before: -9, text: -2.5 }, confidence: 0.9 },
  ],
  refused: [TRIED],
  tokens: ['return', ' a', ' +', ' b', ' -', ' c'].map((text, i) => ({
    span: { start: [0, 6, 8, 10, 12, 14][i]!, end: [6, 8, 10, 12, 14, 16][i]! },
    text,
    changed: i === 2,
    pinned: false,
    confidence: 0.5,
  })),
  report: REPORT,
};
const NONE: DenoiseOutcome = {
  kind: 'none',
  reason: 'not-likelier',
  detail: '1 change was tried',
  refused: [TRIED],
  report: REPORT,
};

class Collected extends Writable {
  text = '';
  constructor(readonly isTTY: boolean) {
    super({ decodeStrings: false });
  }
  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}

async function printed(
  outcome: DenoiseOutcome,
  { json = false, isTTY = false } = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const denoised = {
    file: 'a.py',
    at: { start: { line: 1, column: 1 }, end: { line: 1, column: 17 } },
    request: { selection: SELECTION },
    outcome,
    model: { name: 'm', version: '1', device: 'cpu', threads: 1 },
  } as unknown as DenoisedFile;
  const [stdout, stderr] = [new Collected(isTTY), new Collected(isTTY)];
  const io = { stdout, stderr, env: { NO_COLOR: '1' }, stdin: process.stdin, cwd: '', root: '' };
  await printDenoise(denoised, { json }, { ...io, signal: new AbortController().signal });
  return { stdout: stdout.text, stderr: stderr.text };
}

void describe('what denoise prints', () => {
  it('tells a person in its last line how much changed, in how many places, and how much was refused', async () => {
    const { stdout } = await printed(DENOISED, { isTTY: true });
    assert.match(stdout, /\nbefore\nreturn a - b - c\n\nafter\nreturn a \+ b - c\n/);
    assert.equal(stdout.trimEnd().split('\n').at(-1), '1 of 6 tokens changed in 1 place, 1 refused');
    const twice = { ...DENOISED, changes: [DENOISED.changes[0]!, TRIED], refused: [] };
    assert.match((await printed(twice, { isTTY: true })).stdout, /\n1 of 6 tokens changed in 2 places, 0 refused\n$/);
  });

  it('tells that no better text was found', async () => {
    assert.deepEqual(await printed(NONE, { isTTY: true }), {
      stdout: '',
      stderr: 'infill: nothing changed: no better text found (1 change was tried)\n',
    });
    const empty = await printed({ kind: 'none', reason: 'empty', detail: '', report: REPORT });
    assert.equal(empty.stderr, 'infill: nothing changed: empty\n');
  });

  it('lists as JSON the changes, how likely they are before and after, and those that were refused', async () => {
    const { stdout } = await printed(DENOISED, { json: true });
    const { changes, refused } = JSON.parse(stdout) as Record<string, unknown>;
    assert.deepEqual([changes, refused], [DENOISED.changes, [TRIED]]);
    const none = JSON.parse((await printed(NONE, { json: true })).stdout) as Record<string, unknown>;
    assert.deepEqual([none['kind'], none['reason'], none['refused']], ['none', 'not-likelier', [TRIED]]);
  });

  it('writes just the text for a pipe', async () => {
    assert.equal((await printed(DENOISED)).stdout, 'return a + b - c\n');
  });
});
