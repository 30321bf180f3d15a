import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { infill } from '../../../../src/engine/infill/infill.js';
import { holeOf } from '../../../../src/engine/infill/context/hole.js';
import { isLineAbove } from '../../../../src/engine/infill/context/lineAbove.js';
import { linesAround } from '../../../../src/engine/text/lines.js';
import type { InfillOptions } from '../../../../src/shared/infillOptions.js';
import type { TextContext } from '../../../../src/shared/infillRequest.js';
import type { Candidate } from '../../../../src/shared/outcome.js';
import { requestOf } from '../requests.js';
import { tinyPipeline } from '../tinyPipeline.js';

const pipeline = await tinyPipeline();
after(() => pipeline.model.dispose());

async function candidatesAt(
  drawn: string,
  options: Partial<InfillOptions> = {},
  { eol = '\n', stopBelow = 0 }: { readonly eol?: TextContext['eol']; readonly stopBelow?: number } = {},
): Promise<readonly Candidate[]> {
  const request = requestOf(drawn.replaceAll('\n', eol), options, { eol, languageId: 'python' });
  const outcome = await infill(request, { ...pipeline, recommended: { ...pipeline.recommended, stopBelow } });
  return outcome.kind === 'infill' ? outcome.candidates : [];
}

describe('the start of an indented line is a place for lines above it', () => {
  for (const [prefix, suffix, expected] of [
    ['a:\n', '    b\n', true],
    ['a:\r\n', '\tb', true],
    ['', '  b', true],
    ['a:\n', '\n    b\n', false],
    ['a:\n', '    \n    b\n', false],
    ['a\n', 'b\n', false],
    ['a:\n  ', '  b\n', false],
    ['a', '  b\n', false],
    ['a:\n', '', false],
  ] as const) {
    test(JSON.stringify([prefix, suffix]), () => assert.equal(isLineAbove(linesAround({ prefix, suffix })), expected));
  }
});

describe('the lines around a hole are split once', () => {
  for (const drawn of [
    'a:\n|  b\n',
    'a:\r\n\r\n|\tb',
    '|  b',
    'a:\n|\n  b\n',
    'a = |  b\n',
    '  a\n\n|    b = 1\n  c',
  ]) {
    test(`and are those of the text that is filled: ${JSON.stringify(drawn)}`, () => {
      for (const eol of ['\n', '\r\n'] as const) {
        const { context, lines, lineOpened } = holeOf(requestOf(drawn, {}, { eol }));
        assert.deepEqual(lines, linesAround(context));
        assert.equal(lineOpened, isLineAbove(linesAround(requestOf(drawn).context)));
      }
    });
  }
});

describe('texts for the start of an indented line', () => {
  for (const eol of ['\n', '\r\n'] as const) {
    test(`are those for the line that an editor opens there, and its break ${JSON.stringify(eol)}`, async () => {
      const options = { candidates: 3, temperature: 1 };
      const above = await candidatesAt('def f():\n    a = 1\n|    return a\n', options, { eol });
      const opened = await candidatesAt('def f():\n    a = 1\n|\n    return a\n', options, { eol });
      assert.ok(above.length > 0);
      assert.deepEqual(
        above.map(({ text }) => text),
        opened.map(({ text }) => text + eol),
      );
      for (const { text, tokens } of above) assert.equal(tokens.map((token) => token.text).join(''), text);
    });
  }

  test('are not cut short by doubt, unless the request asks for that', async () => {
    const options = { temperature: 1, seed: 5 };
    const [above, opened] = ['def f():\n    a = 1\n|    return a\n', 'def f():\n    a = 1\n|\n    return a\n'];
    const doubtful = { stopBelow: 1 };
    const [whole] = await candidatesAt(above, options);
    assert.ok(whole !== undefined && whole.tokens.length > 2);
    assert.equal((await candidatesAt(above, options, doubtful))[0]?.text, whole.text);
    assert.deepEqual(await candidatesAt(opened, options, doubtful), []);
    assert.deepEqual(await candidatesAt(above, { ...options, ...doubtful }), []);
  });
});
