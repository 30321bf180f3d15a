import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import type { Passes } from '../../../src/shared/outcome.js';
import { run } from '../cliRun.js';

type Answer = Readonly<Record<string, unknown>>;

async function answers(
  stdin: string | Uint8Array,
  args: readonly string[] = [],
): Promise<{ exitCode: number; lines: Answer[] }> {
  const options = ['--jsonl', '--steps', '2', '--max-tokens', '8', '--temperature', '1'];
  const { exitCode, stdout, stderr } = await run(['fill', ...options, ...args], { stdin });
  assert.equal(stderr, '');
  const lines = stdout.split('\n').slice(0, -1);
  return { exitCode, lines: lines.map((line) => JSON.parse(line) as Answer) };
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

void describe('infill fill --jsonl', () => {
  it('answers each line in order', async () => {
    const requests = [
      { id: 7, prefix: 'const a = ', suffix: ';\n' },
      {
        id: 'b',
        prefix: 'def f(x):\n    return ',
        suffix: '\n',
        language: 'python',
        maxTokens: 4,
        steps: 1,
        note: 'ignored',
      },
      { prefix: '', suffix: '' },
      { id: { any: ['json'] }, prefix: 'x', suffix: 'y' },
    ];
    const { exitCode, lines } = await answers(requests.map(line).join(''));
    assert.equal(exitCode, 0);
    assert.deepEqual(
      lines.map(({ id }) => id),
      [7, 'b', null, { any: ['json'] }],
    );
    for (const answer of lines) {
      assert.equal(typeof answer['text'], 'string');
      assert.equal(typeof answer['ms'], 'number');
      assert.ok(Number(answer['steps']) <= 2);
      assert.ok(Number(answer['tokens']) <= 8);
      assert.ok(Number(answer['confidence']) >= 0 && Number(answer['confidence']) <= 1);
      assert.equal(answer['text'] === '', typeof answer['reason'] === 'string', 'no text has a reason');
    }
    assert.ok(Number(lines[1]?.['steps']) <= 1);
  });

  it('goes on from the canvas of a line, and tells what could stand at a position', async () => {
    const hole = { prefix: 'const total = items.', suffix: ';\n' };
    const canvas = ['map(', null, null, { text: ')', isPinned: true }];
    const { exitCode, lines } = await answers(
      [
        line({ id: 1, ...hole, canvas, steps: 3 }),
        line({ id: 2, ...hole, canvas, alternatives: { position: 1, most: 4 } }),
        line({ id: 7, ...hole, canvas: [null, null, null, null, null, null], mustStart: 'map', mustEnd: ')' }),
        line({ id: 3, ...hole, alternatives: { position: 1 } }),
        line({ id: 4, ...hole, canvas, mustStart: 'first' }),
        line({ id: 5, ...hole, canvas: ['a', ''] }),
        line({ id: 6, ...hole, canvas: [{ id: 1, text: 'a' }] }),
      ].join(''),
      ['--trace', '--positions'],
    );
    assert.equal(exitCode, 1);
    const [filled, asked, demanded, ...refused] = lines as [Answer, Answer, Answer, ...Answer[]];
    assert.match(String(demanded['text']), /^map[^]*\)$/u);
    const positions = filled['canvas'] as { id: number; text: string; isPinned: boolean; source: string }[];
    assert.equal(positions.map(({ text }) => text).join(''), filled['text']);
    assert.match(String(filled['text']), /^map\([^]*\)$/u);
    assert.deepEqual(
      positions.filter(({ isPinned }) => isPinned).map(({ text }) => text),
      [')'],
    );
    const trace = filled['trace'] as { positions: unknown[] }[];
    assert.ok(trace.length > 0 && trace.every((step) => step.positions.length === positions.length));
    const alternatives = asked['alternatives'] as { text: string; probability: number }[];
    assert.equal(alternatives.length, 4);
    assert.ok(alternatives.every(({ probability }) => probability > 0 && probability <= 1));
    assert.deepEqual(
      refused.map(({ error }) => /has no "canvas"|must start with "first"|not valid: canvas/u.test(String(error))),
      [true, true, true, true],
    );
    // What comes back can be given again.
    const again = await answers(line({ ...hole, canvas: positions.map(({ id }) => id) }));
    assert.equal(again.lines[0]?.['text'], filled['text']);
  });

  it('fills the holes of a line together', async () => {
    const { exitCode, lines } = await answers(
      [
        line({ id: 1, prefix: 'const a = items.', holes: [';\nconst b = items.'], suffix: ';\n' }),
        line({ id: 2, prefix: 'a', holes: ['b'], suffix: 'c', mustStart: 'x' }),
        line({ id: 3, prefix: 'a', holes: [], suffix: 'c' }),
      ].join(''),
    );
    assert.equal(exitCode, 1);
    const holes = lines[0]?.['holes'] as { text: string; reason?: string; steps: number }[];
    assert.equal(holes.length, 2);
    for (const { text, reason, steps } of holes) {
      assert.equal(text === '', reason !== undefined);
      assert.ok(steps <= 2);
    }
    assert.match(String(lines[1]?.['error']), /"holes" beside conditions/u);
    assert.match(String(lines[2]?.['error']), /not valid: holes/u);
  });

  it('takes conditions of each line, over those of the command line', async () => {
    const hole = { prefix: 'const total = items.', suffix: ';\n' };
    const { exitCode, lines } = await answers(
      [
        line({ id: 1, ...hole, length: [6, 3] }),
        line({ id: 2, ...hole, mustStart: '' }),
        line({ id: 3, ...hole, length: [1] }),
        ...[1, 2, 3, 4, 5, 6].map((steps) => line({ ...hole, steps, mustContain: 'sum', length: [4, 7] })),
        ...[1, 2, 3, 4, 5, 6].map((steps) => line({ ...hole, steps, mustStart: 'map(', mustEnd: ')' })),
      ].join(''),
      ['--must-start', 'a', '--length', '3-10'],
    );
    assert.equal(exitCode, 1);
    assert.deepEqual(
      lines.slice(0, 3).map(({ error }) => /least length is 6|is empty|not valid: length/u.test(String(error))),
      [true, true, true],
    );
    // The tiny model's noise is not always text.
    const texts = (from: number): Answer[] => lines.slice(from, from + 6).filter(({ text }) => text !== '');
    assert.ok(texts(3).length >= 2 && texts(9).length >= 2, JSON.stringify(lines));
    for (const { text, tokens } of texts(3)) {
      assert.match(String(text), /^a[^]*sum/u);
      assert.ok(Number(tokens) >= 4 && Number(tokens) <= 7);
    }
    for (const { text, tokens } of texts(9)) {
      assert.match(String(text), /^map\([^]*\)$/u);
      assert.ok(Number(tokens) >= 3 && Number(tokens) <= 10);
    }
  });

  it('takes a deadline of each line, and says what the passes were', async () => {
    const hole = { prefix: '{\n', suffix: '  "name": "infill",\n', steps: 6 };
    const { exitCode, lines } = await answers(
      [line({ id: 1, ...hole }), line({ id: 2, ...hole, deadlineMs: 1 }), line({ id: 3, ...hole, deadlineMs: 0 })].join(
        '',
      ),
      ['--stop-below', '0', '--temperature', '0'],
    );
    assert.equal(exitCode, 1);
    const [free, short, wrong] = lines;
    assert.ok(Number(free?.['steps']) > 1 && !('stoppedBy' in free!), JSON.stringify(free));
    assert.deepEqual([short?.['steps'], short?.['stoppedBy']], [1, 'deadline']);
    const { denoise } = short?.['passes'] as Passes;
    assert.ok(denoise.count === 1 && denoise.ms > 0, JSON.stringify(denoise));
    assert.match(String(wrong?.['error']), /deadlineMs: /);
  });

  it('takes the last edits of each line, and says which member of them is wrong', async () => {
    const hole = { prefix: 'return ', suffix: ' + 1;\n', lineBefore: 'return oldName + 1;' };
    const edit = { path: 'a.ts', line: 3, before: ['f(oldName);'], after: ['f(newName);'] };
    const requests = [
      { ...hole, edits: [edit] },
      { ...hole, edits: [{ ...edit, after: 'f(newName);' }] },
      { ...hole, edits: [{ ...edit, lines: [] }] },
      { ...hole, edits: [{ ...edit, after: ['a\nb'] }] },
      { ...hole, edits: Array.from({ length: 11 }, () => edit) },
      { ...hole, lineBefore: 3 },
    ];
    const { lines } = await answers(requests.map(line).join(''), ['--trace']);
    assert.equal(lines[0]?.['error'], undefined);
    const messages = lines.slice(1).map(({ error }) => String(error));
    const expected = [
      /edits\.0\.after: /,
      /edits\.0: .*lines/,
      /edits\.0\.after\.0 has a line break/,
      /11 edits/,
      /lineBefore: /,
    ];
    expected.forEach((message, i) => assert.match(messages[i] ?? '', message));
  });

  it('takes names, and refuses what is none by its place', async () => {
    const hole = { prefix: 'order.', suffix: ';\n', language: 'typescript' };
    const { lines } = await answers(
      [
        line({ id: 1, ...hole }),
        line({ id: 2, ...hole, names: ['total', 'items'] }),
        line({ id: 3, ...hole, names: ['total', 'a b'] }),
        line({ id: 4, ...hole, names: 'total' }),
        line({ id: 5, ...hole, names: new Array(1001).fill('a') }),
      ].join(''),
    );
    const errors = lines.map(({ error }) => String(error));
    assert.deepEqual(errors.slice(0, 2), ['undefined', 'undefined']);
    assert.match(errors[2]!, /names\.1: must be an identifier of letters/);
    assert.match(errors[3]!, /names: .*array/);
    assert.match(errors[4]!, /names: .*1000/);
  });

  it('takes the entry that a list has selected, and refuses what is none', async () => {
    const hole = { prefix: 'order.total', suffix: ';\n', language: 'typescript' };
    const { lines } = await answers(
      [
        line({ id: 1, ...hole, entry: { ahead: 5, isChosen: true } }),
        line({ id: 2, ...hole, entry: { ahead: 5 } }),
        line({ id: 3, ...hole, entry: { ahead: 50, isChosen: true } }),
      ].join(''),
    );
    assert.equal(lines[0]?.['error'], undefined);
    assert.doesNotMatch(String(lines[0]?.['text']), /^[\w$]/u, 'the name is whole');
    assert.match(String(lines[1]?.['error']), /entry\.isChosen/);
    assert.match(String(lines[2]?.['error']), /entry\.ahead is 50/);
  });

  it('ends a text with a line break where lines are inserted above another one', async () => {
    const place = { prefix: 'def f():\n    a = 1\n', suffix: '    return a\n', language: 'python' };
    const opened = { ...place, suffix: `\n${place.suffix}` };
    const { lines } = await answers([line(place), line(opened)].join(''), [
      '--stop-below',
      '0',
      '--max-tokens',
      '16',
      '--steps',
      '8',
      '--seed',
      '5',
    ]);
    assert.match(String(lines[1]?.['text']), /\S$/);
    assert.equal(lines[0]?.['text'], `${String(lines[1]?.['text'])}\n`);
  });

  it('answers what is wrong with a line and goes on', async () => {
    const input = Buffer.concat([
      Buffer.from('{"id": 1, "prefix"\n'),
      Buffer.from('\n  \n'),
      Buffer.from(line({ id: 2, prefix: 'a' })),
      Buffer.from(line({ id: 3, prefix: 'a', suffix: 'b', steps: 0 })),
      Buffer.from('[1]\n"text"\nnull\n'),
      Uint8Array.of(0xff, 0x0a),
      Buffer.from(JSON.stringify({ id: 4, prefix: 'const a = ', suffix: ';' })),
    ]);
    const { exitCode, lines } = await answers(input);
    assert.equal(exitCode, 1);
    assert.deepEqual(
      lines.map(({ id }) => id),
      [null, null, null, 2, 3, null, null, null, null, 4],
    );
    const errors = lines.map(({ error }) => (typeof error === 'string' ? error : ''));
    const expected = [
      /not JSON/,
      /^Line 2: .* blank/,
      /^Line 3: .* blank/,
      /suffix: /,
      /steps: /,
      /the line: /,
      /the line: /,
      /the line: /,
      /not UTF-8/,
      /^$/,
    ];
    expected.forEach((message, index) => assert.match(errors[index] ?? '', message));
  });

  it('echoes any id as it was written', async () => {
    const ids = [
      '12345678901234567890',
      '1e400',
      '-0',
      '1.0',
      '"\\u0041\\"\\\\"',
      'true',
      '[ 1,\t{"id": 2} ]',
      '{"__proto__": {"a": 1}, "constructor": null}',
      '"\u0085\u202e\u{E0041}"', // as they are in the line; spelled in the answer
      `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
      `${'{"id":'.repeat(10_000)}0${'}'.repeat(10_000)}`,
    ];
    const requests = ids.flatMap((id) => [
      `{"id":${id},"prefix":"","suffix":""}\n`,
      `{ "prefix" : "}" , "id":0, "x": {"id": 1}, "\\u0069d" : ${id} }\r\n`, // not valid, the last of two
    ]);
    const { stdout } = await run(['fill', '--jsonl', '--steps', '1'], { stdin: requests.join('') });
    const lines = stdout.split('\n').slice(0, -1);
    assert.equal(lines.length, requests.length);
    for (const [i, answer] of lines.entries()) {
      const id = ids[Math.floor(i / 2)]!;
      const shown = id.replace('"\u0085\u202e\u{E0041}"', String.raw`"\u0085\u202e\udb40\udc41"`);
      assert.ok(answer.startsWith(`{"id":${shown},${i % 2 === 0 ? '"text"' : '"error"'}:`), answer.slice(0, 200));
      if (id.length < 1000)
        assert.deepEqual(JSON.parse(answer), { ...(JSON.parse(answer) as object), id: JSON.parse(id) as unknown });
    }
  });

  it('has no id where a prototype has one', async () => {
    const { lines } = await answers('{"__proto__":{"id":5},"prefix":"","suffix":""}\n{"id":null,"prefix":""}\n');
    assert.deepEqual(
      lines.map(({ id }) => id),
      [null, null],
    );
  });

  it('refuses lines above its bound, which the answer names, and reads on', async () => {
    const long = `{"id":1,"prefix":"${'x'.repeat(17 * 1024 * 1024)}","suffix":""}\n`;
    const { lines } = await answers(`${long}${'['.repeat(1_000_000)}\n${line({ id: 2, prefix: '', suffix: '' })}`);
    assert.equal(lines[0]?.['error'], 'Line 1: The line is longer than 16777216 bytes.');
    assert.match(String(lines[1]?.['error']), /^Line 2: The line is not JSON/);
    assert.deepEqual([lines.length, lines[2]?.['id'], lines[2]?.['error']], [3, 2, undefined]);
  });

  it('answers each of 3,000 mixed lines with one line, in order', async () => {
    const random = seededRandom(7);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)]!;
    const kinds: readonly (() => {
      readonly bytes: string | Uint8Array;
      readonly isError: boolean;
      readonly id?: unknown;
    })[] = [
      () => ({ bytes: pick(['', ' ', '\t \r']), isError: true }),
      () => ({ bytes: Uint8Array.of(0x22, pick([0xff, 0xc0, 0xed]), 0x80, 0x22), isError: true }),
      () => ({
        bytes: pick(['{', '}', '{"id":1', 'null', '[]', '"a"', '7', 'undefined', '{"id":1}}', '\u001b[31m']),
        isError: true,
      }),
      () => ({ bytes: '['.repeat(20_000), isError: true }),
      () => ({ bytes: JSON.stringify({ id: 'a', prefix: 7, suffix: '' }), isError: true, id: 'a' }),
      () => ({
        bytes: JSON.stringify({ id: [1], prefix: '', suffix: '', steps: pick([0, -1, 1e9, 1.5, '1']) }),
        isError: true,
        id: [1],
      }),
      () => ({ bytes: `{"id":${'['.repeat(10_000)}${']'.repeat(10_000)},"prefix":""}`, isError: true }),
      () => {
        const id = pick<unknown>([
          0,
          -1.5,
          'x',
          '\u0085\u2028',
          null,
          true,
          { __proto__: 1, a: [] },
          ['\ud800'],
          'constructor',
        ]);
        const language = pick(['constructor', '__proto__', 'python', 'nothing']);
        const prefix = pick(['', 'a', 'const a = ', '\ud83d', '\u0000', '\r', '\u202e', '(('.repeat(500), '"']);
        const suffix = pick(['', '\n', ';', '\ude00', ')))', '\u0000']);
        return {
          bytes: JSON.stringify({ id, prefix, suffix, language, steps: 1, maxTokens: pick([1, 4]) }),
          isError: false,
          id,
        };
      },
    ];
    const requests = Array.from({ length: 3000 }, () => pick(kinds)());
    const input = requests.flatMap(({ bytes }) => [Buffer.from(bytes), Buffer.from('\n')]);
    const { stdout, stderr, exitCode } = await run(['fill', '--jsonl'], { stdin: Buffer.concat(input) });
    assert.deepEqual([exitCode, stderr], [1, '']);
    const given = stdout.split('\n');
    assert.equal(given.pop(), '');
    assert.equal(given.length, requests.length);
    for (const [i, request] of requests.entries()) {
      const answer = JSON.parse(given[i]!) as Answer;
      assert.equal(
        'error' in answer,
        request.isError,
        `${given[i]!.slice(0, 200)} to ${String(request.bytes).slice(0, 200)}`,
      );
      assert.equal('text' in answer, !request.isError);
      if ('id' in request) assert.deepEqual(answer['id'], JSON.parse(JSON.stringify(request.id)));
      assert.doesNotMatch(given[i]!, /[\p{Cc}\p{Bidi_Control}\u2028]/u);
    }
  });

  it('takes lines of megabytes', async () => {
    const { exitCode, lines } = await answers(
      line({ id: 1, prefix: 'word '.repeat(1_000_000), suffix: ';\n'.repeat(1_000_000) }),
    );
    assert.deepEqual([exitCode, lines.length, lines[0]?.['error']], [0, 1, undefined]);
  });

  it('gives the alternatives where they are asked for', async () => {
    const { lines } = await answers(line({ id: 1, prefix: 'const a = ', suffix: ';\n' }), ['--candidates', '4']);
    assert.ok(lines[0]?.['text'] === '' || Array.isArray(lines[0]?.['alternatives']));
  });

  it('asks each request first as it was a few keys ago where it is to be warm, and answers the same', async () => {
    const requests = [
      { id: 1, prefix: 'const a = ', suffix: ';\n' },
      { id: 2, prefix: '', suffix: '' },
    ];
    const text = requests.map(line).join('');
    const [cold, warm] = [await answers(text), await answers(text, ['--warm'])];
    const said = ({ text, tokens, confidence }: Answer): unknown => [text, tokens, confidence];
    assert.deepEqual(warm.lines.map(said), cold.lines.map(said));
    assert.ok([...warm.lines, ...cold.lines].every((answer) => answer['passes'] !== undefined));
  });

  it('answers nothing to nothing', async () => {
    assert.deepEqual(await answers(''), { exitCode: 0, lines: [] });
  });
});
