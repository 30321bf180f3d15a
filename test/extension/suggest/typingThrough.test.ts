import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SUFFIX_LIMIT } from '../../../src/extension/suggest/contextWindow.js';
import { continueSuggestion, type Surroundings } from '../../../src/extension/suggest/typingThrough.js';

/** `|` is the cursor. */
function at(drawing: string): Surroundings {
  const [prefix = '', suffix = ''] = drawing.split('|');
  return { prefix, prefixOffset: 0, suffix };
}

/** Suggested at, suggested text, now, what is left: `text` or `text >n`, n units after the cursor replaced; - = nothing. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['return |;', 'a + b', 'return |;', 'a + b'],
  ['return |;', 'a + b', 'return a |;', '+ b'],
  ['return a|;', ' + b', 'return a +|;', ' b'],
  ['return |;', 'a + b', 'return a + b|;', '-'], // nothing is left
  ['return |;', 'a + b', 'return b|;', '-'], // something else was typed
  ['return |;', 'a + b', 'retur|;', '-'], // deleted beyond the place it was suggested at
  ['return |;', 'a + b', 'Return a|;', '-'], // changed before
  ['return |;', 'a + b', 'return a|, c;', '-'], // changed after
  // Brackets and quotes that the editor closed by itself.
  ['foo|;', '(a, b)', 'foo(|);', 'a, b'],
  ['foo|', '(a, b);', 'foo(|)', 'a, b); >1'],
  ['x = |', '"abc"', 'x = "|"', 'abc'],
  ['f(|)', '[{ a: 1 }]', 'f([|])', '{ a: 1 }'],
  ['f(|)', '[{ a: 1 }]', 'f([{|}])', ' a: 1 '],
  ['if (x) |', '{\n  y();\n}', 'if (x) {|}', '\n  y();\n'],
  ['if (x) |', '{\n  y();\n}', 'if (x) {\n  |\n}', 'y();'],
  ['if (x) |', '{\n  y();\n} else {\n}', 'if (x) {\n  |\n}', 'y();\n} else {'],
  ['if (x) |', '{\n  y();\n}\nz();', 'if (x) {\n  |\n}', '-'], // would replace more than a line
  ['foo|', '(', 'foo(|)', '-'], // the suggestion leaves it open, the document does not
];

for (const [then, text, now, left] of CASES) {
  test(`${JSON.stringify(then)} + ${JSON.stringify(text)} -> ${JSON.stringify(now)}`, () => {
    const suggestion = continueSuggestion(text, at(then), at(now));
    const drawn =
      suggestion === undefined
        ? '-'
        : suggestion.text + (suggestion.replaceAfter > 0 ? ` >${suggestion.replaceAfter}` : '');
    assert.equal(drawn, left);
  });
}

test('accepting what is left gives the document that accepting the whole gave', () => {
  const code = fc.string({ unit: fc.constantFrom('a', 'b', '(', ')', '{', '}', '"', '\n', ' '), maxLength: 12 });
  fc.assert(
    fc.property(code, code, code, fc.nat(12), code, (prefix, text, suffix, typed, closed) => {
      const now = { prefix: prefix + text.slice(0, typed), prefixOffset: 0, suffix: closed + suffix };
      const left = continueSuggestion(text, { prefix, prefixOffset: 0, suffix }, now);
      if (left !== undefined) {
        assert.equal(now.prefix + left.text + now.suffix.slice(left.replaceAfter), prefix + text + suffix);
      }
    }),
    { numRuns: 2000 },
  );
});

test('the start of the sent text may move on between', () => {
  const text = 'x'.repeat(9000);
  const then = { prefix: text, prefixOffset: 0, suffix: '' };
  const now = { prefix: `${text.slice(4096)}ab`, prefixOffset: 4096, suffix: '' };
  assert.deepEqual(continueSuggestion('abc', then, now), { text: 'c', replaceAfter: 0 });
});

test('a suffix that is longer than what is sent', () => {
  const long = 's'.repeat(SUFFIX_LIMIT);
  const then = { prefix: 'foo', prefixOffset: 0, suffix: long };
  const now = { prefix: 'foo(', prefixOffset: 0, suffix: `)${long.slice(1)}` };
  assert.deepEqual(continueSuggestion('(a)', then, now), { text: 'a', replaceAfter: 0 });
});
