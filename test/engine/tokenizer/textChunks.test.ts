import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { preTokenize } from '../../../src/engine/tokenizer/preTokenize.js';
import { SPLITS, type SplitRule } from '../../../src/engine/tokenizer/splitPatterns.js';
import { textChunks } from '../../../src/engine/tokenizer/textChunks.js';

/** Texts full of what could make a difference: blanks of all kinds next to letters, digits, marks and quotes. */
const text = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          ' ',
          '  ',
          '\n',
          '\n\n',
          '\t',
          '\r\n',
          '\r',
          ' \n ',
          '\u00a0',
          '\u0085',
          '\u2028',
          '\ufeff',
        ),
      },
      {
        weight: 8,
        arbitrary: fc.constantFrom(
          'a',
          'Wort',
          'ſ',
          '\u0301',
          '7',
          '²',
          'Ⅷ',
          "'",
          "'s",
          "n't",
          '(',
          '};',
          '_',
          '\u{1f600}',
          '\u200d',
          '中',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme' }) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

const rules = Object.keys(SPLITS) as SplitRule[];

test('chunks joined are the text', () => {
  for (const rule of rules) {
    fc.assert(fc.property(text, (each) => assert.equal([...textChunks(each, rule)].join(''), each)));
  }
});

test('pre-tokenising chunks is exactly pre-tokenising the whole, in short and in long lines', () => {
  const long = fc
    .tuple(text, text, fc.integer({ min: 0, max: 40 }))
    .map(([a, b, n]) => a + 'word another 42 '.repeat(n) + b);
  const all = [
    ...rules.map((rule) => ({ rule, individualDigits: false })),
    { rule: rules[0]!, individualDigits: true },
  ];
  for (const preTokenizer of all) {
    fc.assert(
      fc.property(fc.oneof(text, long), (each) => {
        const chunks = [...textChunks(each, preTokenizer.rule)];
        const inChunks = chunks.flatMap((chunk) => preTokenize(chunk, preTokenizer));
        assert.deepEqual(inChunks, preTokenize(each, preTokenizer));
      }),
      { numRuns: 500 },
    );
  }
});

test('a line is a chunk, a long one is several', () => {
  const lines = 'if (a)\n\n    b();\nc';
  assert.deepEqual([...textChunks(lines, 'gpt2')], ['if (a)', '\n\n    b();', '\nc']);
  assert.deepEqual([...textChunks(lines, 'qwen2')], ['if (a)\n\n', '    b();\n', 'c']);
  for (const rule of rules) assert.ok([...textChunks('some words '.repeat(200), rule)].length > 5);
});
