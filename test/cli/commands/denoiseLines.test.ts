import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Readable } from 'node:stream';
import { type Denoiser, type DenoiseLineOptions, denoiseLines } from '../../../src/cli/commands/denoiseLines.js';
import type { CliIo } from '../../../src/cli/output/cliIo.js';
import { recommendedOptions } from '../../../src/engine/contract/recommended.js';
import type { DenoiseRequest } from '../../../src/shared/infillRequest.js';
import { type DenoiseOutcome, NO_PASSES, type Passes, type RunReport } from '../../../src/shared/outcome.js';
import { run } from '../cliRun.js';

interface Change {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly text: string;
}
type Answer = Readonly<Record<string, unknown>> & { readonly text: string; readonly changes: readonly Change[] };

async function answers(
  requests: readonly object[] | Uint8Array,
  args: readonly string[] = [],
): Promise<{ exitCode: number; lines: Answer[] }> {
  const stdin =
    requests instanceof Uint8Array ? requests : requests.map((value) => `${JSON.stringify(value)}\n`).join('');
  const options = ['--jsonl', '--steps', '2', '--temperature', '1'];
  const { exitCode, stdout, stderr } = await run(['denoise', ...options, ...args], { stdin });
  assert.equal(stderr, '');
  return {
    exitCode,
    lines: stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Answer),
  };
}

function withChanges(selection: string, changes: readonly Change[]): string {
  let [text, end] = ['', 0];
  for (const change of changes) {
    assert.equal(selection.slice(change.start, change.end), change.before);
    assert.ok(change.start >= end, 'ascending');
    text += selection.slice(end, change.start) + change.text;
    end = change.end;
  }
  return text + selection.slice(end);
}

const PLACE = {
  prefix: 'def f(a, b):\n',
  selection: '    c = a + b\n    d = c * 2\n',
  suffix: '    return d\n',
};

const REPORT: RunReport = {
  stepsUsed: 3,
  passes: { ...NO_PASSES, denoise: { count: 2, ms: 5.26 } },
  stoppedBy: 'deadline',
  canvasSize: 8,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 12.34 },
  encodedTokens: 0,
  reusedTokens: 0,
};

/** What an engine is asked for by these lines, and what is written of its outcomes. */
async function asked(
  requests: readonly object[],
  outcomes: readonly DenoiseOutcome[],
): Promise<{ readonly given: DenoiseRequest[]; readonly lines: unknown[] }> {
  const given: DenoiseRequest[] = [];
  let stdout = '';
  const engine: Denoiser = {
    recommended: recommendedOptions.parse({
      ...{ steps: 8, entropyBound: 0, absorb: false, encoderMix: 0, stopEvidence: 0, minConfidence: 0 },
    }),
    denoise: async (request) => outcomes[given.push(request) - 1]!,
  };
  const write = (text: string): boolean => {
    stdout += text;
    return true;
  };
  const stream = { write, once: () => undefined };
  const io: CliIo = {
    stdin: Readable.from([Buffer.from(requests.map((request) => `${JSON.stringify(request)}\n`).join(''))]),
    ...{ stdout: stream, stderr: stream, env: {}, cwd: '', root: '', signal: new AbortController().signal },
  };
  const options: DenoiseLineOptions = {
    ...{ candidates: 1, maxTokens: 64, multiline: 'auto' as const, temperature: 0, topP: 0.95, seed: 3 },
    ...{ strength: 0.3, steps: 5, language: 'go' },
  };
  assert.equal(await denoiseLines(engine, options, io), 0);
  return {
    given,
    lines: stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown),
  };
}

void describe('infill denoise --jsonl, with an engine that answers what it is told', () => {
  const none: DenoiseOutcome = { kind: 'none', reason: 'not-likelier', detail: 'two were tried', report: REPORT };

  it('asks for what the line says, and else for what the command line says', async () => {
    const own = { language: 'python', strength: 1, steps: 2, deadlineMs: 50, pinned: [[0, 4]] };
    const { given } = await asked(
      [PLACE, { ...PLACE, ...own, prefix: '', selection: 'if x:\r\n\ty()\r\n' }],
      [none, none],
    );
    const [bare, full] = given;
    const { prefix, suffix } = PLACE;
    const { selection } = PLACE;
    assert.deepEqual(
      [bare!.selection, bare!.pinned, bare!.strength, bare!.options.steps, bare!.options.deadlineMs],
      [selection, [], 0.3, 5, undefined],
    );
    assert.deepEqual(bare!.context, {
      ...{ prefix, suffix, prefixOffset: 0, languageId: 'go', eol: '\n', indentUnit: '    ' },
    });
    assert.deepEqual(
      [full!.pinned, full!.strength, full!.options.steps, full!.options.deadlineMs, full!.options.seed],
      [[{ start: 0, end: 4 }], 1, 2, 50, 3],
    );
    assert.deepEqual([full!.context.languageId, full!.context.eol], ['python', '\r\n']);
  });

  it('tells each change and each refused one with all that is known of it', async () => {
    const logProbs = { before: -9, text: -2.5 };
    const change = { before: '+', text: '-', logProbs, confidence: 0.75 };
    const other = { before: '2', text: '3' };
    const text = PLACE.selection.replace('+', '-');
    const denoised: DenoiseOutcome = {
      kind: 'denoised',
      text,
      changes: [{ span: { start: 10, end: 11 }, ...change }],
      refused: [{ span: { start: 24, end: 25 }, ...other, why: 'structure' }],
      tokens: [],
      report: REPORT,
    };
    const refused = [{ start: 24, end: 25, ...other, why: 'structure' }];
    const work = { ms: 12.3, steps: 3, stoppedBy: 'deadline' };
    const passes = { ...NO_PASSES, denoise: { count: 2, ms: 5.3 } };
    const { lines } = await asked(
      [{ id: 1, ...PLACE }, PLACE, PLACE],
      [denoised, none, { ...none, refused: denoised.refused }],
    );
    const nothing = { id: null, text: PLACE.selection, changes: [], reason: 'not-likelier', detail: 'two were tried' };
    assert.deepEqual(lines, [
      { id: 1, text, changes: [{ start: 10, end: 11, ...change }], refused, ...work, passes },
      { ...nothing, refused: [], ...work, passes },
      { ...nothing, refused, ...work, passes },
    ]);
  });
});

void describe('infill denoise --jsonl', () => {
  it('answers each line in order: the selection with all changes, and what it took', async () => {
    const requests = [
      { id: 7, ...PLACE, language: 'python', strength: 1 },
      { id: 'b', ...PLACE, strength: 1, steps: 1, note: 'ignored' },
      { id: { any: ['json'] }, prefix: '', selection: 'x = 1', suffix: '' },
      { prefix: '', selection: 'const a = b;\r\n', suffix: '' },
    ];
    const { exitCode, lines } = await answers(requests);
    assert.equal(exitCode, 0);
    assert.deepEqual(
      lines.map(({ id }) => id),
      [7, 'b', { any: ['json'] }, null],
    );
    for (const [i, answer] of lines.entries()) {
      assert.equal(answer.text, withChanges(requests[i]!.selection, answer.changes));
      assert.equal(answer.changes.length === 0, typeof answer['reason'] === 'string', 'no change has a reason');
      assert.ok(Array.isArray(answer['refused']));
      assert.ok(typeof answer['ms'] === 'number' && answer['ms'] > 0 && typeof answer['steps'] === 'number');
      const { context, denoise } = answer['passes'] as Passes;
      assert.ok(context.count + denoise.count >= 1, JSON.stringify(answer['passes']));
    }
  });

  it('answers the selection itself and why where nothing is changed', async () => {
    const nothing = { ...PLACE, selection: '' };
    const pinned = { ...PLACE, pinned: [[0, PLACE.selection.length]] };
    const { exitCode, lines } = await answers([nothing, pinned]);
    assert.equal(exitCode, 0);
    assert.deepEqual(
      lines.map(({ text, changes, refused, reason }) => [text, changes, refused, reason]),
      [
        ['', [], [], 'empty'],
        [PLACE.selection, [], [], 'empty'],
      ],
    );
    assert.match(String(lines[1]!['detail']), /pinned/);
  });

  it('keeps what is pinned', async () => {
    const kept = [4, PLACE.selection.indexOf('\n')] as const; // c = a + b
    const seeds = [0, 1, 2, 3].map(String);
    for (const seed of seeds) {
      const request = { ...PLACE, language: 'python', strength: 1, pinned: [kept] };
      const { lines } = await answers([request], ['--seed', seed]);
      assert.ok(lines[0]!.changes.every(({ start, end }) => end <= kept[0] || start >= kept[1]));
      assert.ok(lines[0]!.text.includes('c = a + b'));
    }
  });

  it('answers what is wrong with a line and goes on', async () => {
    const line = (value: object): Uint8Array => Buffer.from(`${JSON.stringify(value)}\n`);
    const input = Buffer.concat([
      Buffer.from('{"id": 1, "selection"\n\n'),
      line({ id: 2, prefix: '', suffix: '' }),
      ...[0, 1.5, '1'].map((strength) => line({ id: 3, ...PLACE, strength })),
      ...[[[0]], [[-1, 2]], [[0, 1.5]], [0, 1], 'all'].map((pinned) => line({ id: 4, ...PLACE, pinned })),
      line({ id: 5, ...PLACE, pinned: [[0, 99]] }),
      line({ id: 6, ...PLACE, steps: 65 }),
      line({ id: 7, ...PLACE, selection: 'x'.repeat(20_001) }),
      Uint8Array.of(0xff, 0x0a),
      line({ id: 8, ...PLACE }),
    ]);
    const { exitCode, lines } = await answers(input);
    assert.equal(exitCode, 1);
    const expected: readonly (readonly [unknown, RegExp])[] = [
      [null, /^Line 1: .* not JSON/],
      [null, /^Line 2: The line is blank\. Write a JSON object with "prefix", "selection" and "suffix" on it\./],
      [2, /selection: /],
      ...[1, 2, 3].map((): [number, RegExp] => [3, /strength: /]),
      ...[1, 2, 3, 4, 5].map((): [number, RegExp] => [4, /pinned/]),
      [5, /pinned span 0-99 is not inside/],
      [6, /steps: /],
      [7, /has 20001 characters/],
      [null, /not UTF-8/],
      [8, /^$/],
    ];
    assert.deepEqual(
      lines.map(({ id }) => id),
      expected.map(([id]) => id),
    );
    for (const [i, [, message]] of expected.entries()) {
      const { error } = lines[i]!;
      assert.match(typeof error === 'string' ? error : '', message);
      assert.equal('text' in lines[i]!, error === undefined);
    }
  });

  it('takes no file and what belongs to one', async () => {
    for (const more of [['package.json'], ['--range', '1:1-2:1'], ['--pin', '1:1-1:2'], ['--write']]) {
      const { exitCode, stdout, stderr } = await run(['denoise', '--jsonl', ...more]);
      assert.match(stderr, /leave out FILE, --range, --pin and --write/);
      assert.deepEqual([exitCode, stdout], [2, '']);
    }
  });
});
