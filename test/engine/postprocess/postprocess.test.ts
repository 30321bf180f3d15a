import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { anyCharacter } from '../../anyCharacter.js';
import fc from 'fast-check';
import { FILTERS, postprocessAt, type PostprocessContext } from '../../../src/engine/postprocess/postprocess.js';
import { surroundingsOf } from '../../../src/engine/postprocess/surroundings/surroundings.js';
import { codeBefore } from '../../../src/engine/text/codeBefore.js';
import { toLineFeeds } from '../../../src/engine/text/lineEnds.js';
import { processorMs } from '../../processorMs.js';

// Pieces that filters look for, so that random texts reach their insides; and any Unicode, half characters included.
const PIECES = [
  ...[
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '</div>',
    '"',
    "'",
    '`',
    '${',
    '"""',
    '/*',
    '*/',
    '//',
    '#',
    '<!--',
    '-->',
    '```',
    '\\',
  ],
  ...['\n', '\n', '\n  ', '\n    ', '\n\t', '\r\n', '\r', ' ', '  ', '\t', ';', ',', ':', '.', '=', '+', '::'],
  ...[
    'a',
    'b1',
    'foo',
    'else',
    'end',
    'do',
    'fi',
    '<div>',
    '{% if %}',
    '{% endif %}',
    '"a": 1,',
    'return',
    'if',
    'value.name',
    'foo(bar);',
    '<|endoftext|>',
    '\uFFFD',
    '\0',
    '🙂',
    'é',
    '你',
  ],
];
const code = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(''));
const unicode = fc.string({ unit: anyCharacter, maxLength: 60 });
const halves = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));
const anyText = fc.oneof(
  { weight: 6, arbitrary: code },
  { weight: 2, arbitrary: unicode },
  { weight: 1, arbitrary: halves },
);
const LANGUAGES = [
  'typescript',
  'typescriptreact',
  'python',
  'go',
  'rust',
  'ruby',
  'lua',
  'shellscript',
  'sql',
  'jinja',
  'html',
  'vue',
  'yaml',
  'json',
  'css',
  'markdown',
  'none-such',
];

const anyContext: fc.Arbitrary<PostprocessContext> = fc.record({
  prefix: anyText,
  suffix: anyText,
  prefixOffset: fc.constantFrom(0, 100),
  languageId: fc.constantFrom(...LANGUAGES),
  eol: fc.constantFrom('\n' as const, '\r\n' as const),
  indentUnit: fc.constantFrom('\t', '  ', '    ', '', ' \t'),
  multiline: fc.boolean(),
});
/** Texts that repeat their surroundings as well, which most filters are about. */
const anyCase = fc
  .tuple(anyContext, anyText, fc.constantFrom('' as const, 'suffix' as const, 'prefix' as const, 'twice' as const))
  .map(([context, text, repeats]) => ({
    context,
    text: repeats === '' ? text : repeats === 'twice' ? text + text + text : text + context[repeats],
  }));

const withoutBlanks = (text: string): string => text.replace(/\s/gu, '');

describe('postprocess, for any text and place', () => {
  it('only cuts the end, changes whitespace, closes what is open and adds a separator', () => {
    property(({ context, text }) => {
      const result = postprocessAt(context)(text);
      if (result.kind === 'none') return;
      const [given, left] = [text, result.text].map(withoutBlanks);
      const kept = left!.replace(/(?:[)\]}"'`]|\*\/|-->)*[,;]?$/u, '');
      assert.ok(given!.startsWith(kept));
      assert.ok(given!.startsWith(left!) || !given!.slice(kept.length).startsWith(left!.slice(kept.length)));
      assert.notEqual(withoutBlanks(result.text), '');
    });
  });

  it('changes nothing in its own output', () => {
    property(({ context, text }) => {
      const once = postprocessAt(context)(text);
      if (once.kind === 'text') assert.deepEqual(postprocessAt(context)(once.text), once);
    });
  });

  it('writes the line ends of the document', () => {
    property(({ context, text }) => {
      const result = postprocessAt(context)(text);
      if (result.kind === 'text') assert.equal(toLineFeeds(result.text).replaceAll('\n', context.eol), result.text);
    });
  });

  it('gives one line where one was asked for', () => {
    property(({ context, text }) => {
      const result = postprocessAt({ ...context, multiline: false })(text);
      if (result.kind === 'text') assert.doesNotMatch(result.text, /[\r\n]/u);
    });
  });

  it('is a pure function', () => {
    property(({ context, text }) => {
      const frozen = Object.freeze({ ...context });
      assert.deepEqual(postprocessAt(frozen)(text), postprocessAt(context)(text));
    });
  });

  it('shifts lines alike', () => {
    const line = fc.tuple(fc.nat(6), fc.constantFrom('a();', 'if (a) {', '}', 'return a;', 'a = b +'));
    const lines = fc.array(line, { minLength: 2, maxLength: 8 });
    const place = {
      prefix: 'f() {\n  b();\n}\ng() {\n    ',
      prefixOffset: 0,
      suffix: '\n}\n',
      languageId: 'typescript',
    };
    const around = surroundingsOf({ ...place, eol: '\n', indentUnit: '  ', multiline: true }, codeBefore(place));
    fc.assert(
      fc.property(lines, (drawn) => {
        const text = drawn.map(([indent, code], i) => (i === 0 ? code : ' '.repeat(indent) + code)).join('\n');
        const aligned = FILTERS.alignLinesBelow(text, around);
        assert.ok(typeof aligned === 'string');
        const shifts = aligned.split('\n').map((each, i) => each.length - text.split('\n')[i]!.length);
        const inBlock = shifts.filter((_, i) => i > 0 && drawn[i]![0] > 0); // at the start of its line the block around ends
        assert.ok(new Set(inBlock).size <= 1 && shifts.every((shift) => shift >= 0), aligned);
      }),
    );
  });

  for (const [name, filter] of Object.entries(FILTERS)) {
    it(`${name} keeps the contract of a filter`, () => {
      property(({ context, text }) => {
        const before = toLineFeeds(text);
        if (withoutBlanks(before) === '') return;
        const after = filter(before, surroundingsOf(context, codeBefore(context)));
        if (typeof after !== 'string') return;
        assert.ok(withoutBlanks(before).startsWith(withoutBlanks(after)));
        assert.notEqual(
          withoutBlanks(after),
          '',
          'a text of nothing but blanks is to be given as nothing, with a reason',
        );
      });
    });
  }
});

it('what stands before the cursor is read once for all texts', () => {
  const place = { prefix: 'f(', prefixOffset: 0, suffix: ')\n', languageId: 'typescript', indentUnit: '  ' };
  const before = codeBefore(place);
  const fit = postprocessAt(
    {
      ...place,
      eol: '\n',
      multiline: false,
      get prefix(): string {
        return assert.fail('it was read again');
      },
    },
    before,
  );
  assert.deepEqual(
    [fit('a)'), fit('b'), fit('a)')].map((result) => 'text' in result && result.text),
    ['a', 'b', 'a'],
  );
});

describe('postprocess of 100 kB', () => {
  const shapes: Readonly<Record<string, string>> = {
    brackets: '(',
    closers: ')',
    'bracket lines': '(\n',
    'closing lines': '}\n',
    'else lines': '} else {\n',
    quotes: '"',
    apostrophes: "it's ",
    'escaped quotes': '\\"',
    blanks: ' ',
    'blank lines': ' \n',
    'equal lines': 'foo(bar);\n',
    slashes: '/',
    'template literals': '`${',
    fences: '```\n',
    'one word': 'a',
    sentinels: '<|',
    tags: '<a ',
    'ends of tags': '</a>\n',
    'ends of blocks': 'end\n',
    'opened blocks': 'begin do\n',
    assignments: 'a[0]',
    commas: 'a,\n',
    declarations: 'a: b\n',
  };
  for (const [name, piece] of Object.entries(shapes)) {
    it(`takes little time: ${name}`, async () => {
      const text = piece.repeat(100_000 / piece.length);
      for (const languageId of ['typescript', 'markdown', 'html', 'ruby']) {
        const context = {
          prefix: text,
          suffix: `) }\n${text}`,
          prefixOffset: 0,
          languageId,
          eol: '\n' as const,
          indentUnit: '  ',
          multiline: true,
        };
        const ms = await processorMs(() => postprocessAt(context)(`x${text}`));
        // Quadratic time is minutes; the limit leaves room for a slow machine.
        assert.ok(ms < 10_000, `${languageId} took ${ms.toFixed(0)} ms`);
      }
    });
  }
});

function property(check: (given: { readonly context: PostprocessContext; readonly text: string }) => void): void {
  fc.assert(fc.property(anyCase, check), { numRuns: 300 });
}
