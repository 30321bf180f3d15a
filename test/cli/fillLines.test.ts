import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run } from './cliRun.js';

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
      [null, 2, 3, null, null, null, null, 4],
    );
    const errors = lines.map(({ error }) => (typeof error === 'string' ? error : ''));
    const expected = [/not JSON/, /suffix: /, /steps: /, /the line: /, /the line: /, /the line: /, /not UTF-8/, /^$/];
    expected.forEach((message, index) => assert.match(errors[index] ?? '', message));
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

  it('answers nothing to nothing', async () => {
    assert.deepEqual(await answers(''), { exitCode: 0, lines: [] });
  });
});
