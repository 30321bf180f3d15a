import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { preTokenize } from '../../../src/engine/tokenizer/preTokenize.js';
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

test('chunks joined are the text', () => {
  fc.assert(fc.property(text, (each) => assert.equal([...textChunks(each)].join(''), each)));
});

test('pre-tokenising chunks is exactly pre-tokenising the whole, in short and in long lines', () => {
  const long = fc
    .tuple(text, text, fc.integer({ min: 0, max: 40 }))
    .map(([a, b, n]) => a + 'word another 42 '.repeat(n) + b);
  for (const digits of [true, false]) {
    fc.assert(
      fc.property(fc.oneof(text, long), (each) => {
        const inChunks = [...textChunks(each)].flatMap((chunk) => preTokenize(chunk, digits));
        assert.deepEqual(inChunks, preTokenize(each, digits));
      }),
      { numRuns: 500 },
    );
  }
});

test('a line is a chunk, a long one is several', () => {
  assert.deepEqual([...textChunks('if (a)\n\n    b();\nc')], ['if (a)', '\n\n    b();', '\nc']);
  assert.ok([...textChunks('some words '.repeat(200))].length > 5);
});
