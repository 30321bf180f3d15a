import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SUFFIX_LIMIT } from '../../src/atCursor/documentText.js';
import { continueSuggestion } from '../../src/atCursor/typingThrough.js';
import { type Surroundings } from '../../src/atCursor/severalCursors.js';

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
  // Indented lines: what was typed and what the editor put there are the same.
  ['if (x) {\n|\n}', '    y();', 'if (x) {\n  |\n}', '  y();'],
  ['if (x) {\n|\n}', '    y();', 'if (x) {\n    y|\n}', '();'],
  ['if (x) {\n    |\n}', 'y();\n    z();', 'if (x) {\n    y();\n    |\n}', 'z();'],
  ['def f():|', '\n    return 1', 'def f():\n    |', 'return 1'],
  ['a = 1|', '\n        b = 2', 'a = 1\n    |', '    b = 2'],
  // The editor indents a line that the suggestion leaves empty; the next line end takes the blanks away again.
  ['  a = 1|', '\n\n  b = 2', '  a = 1\n  |', '\n  b = 2'],
  ['  a = 1|', '\r\n\r\n  b = 2', '  a = 1\r\n  |', '\r\n  b = 2'],
  ['  a = 1|', '\n\n  b = 2', '  a = 1\n\n  |', 'b = 2'],
  ['  a = 1|', '\n\n  b = 2', '  a = 1\n  \n  b|', ' = 2'],
  ['  a = 1|', '\nb = 2', '  a = 1\n  |', '-'], // indented where the suggestion is not
  ['  a = 1|', '\nb = 2', '  a = 1  |', '-'], // blanks that somebody typed
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

/** Several cursors, drawn as `|`; the second of them is the one that is asked for. */
function severalAt(drawing: string): Surroundings {
  const [first = '', second = '', ...rest] = drawing.split('|');
  const suffix = rest.join('');
  const after = rest.slice(0, -1).map((_, index) => rest.slice(0, index + 1).join('').length);
  return { prefix: first + second, prefixOffset: 0, suffix, otherCursors: [-second.length, ...after] };
}

for (const [then, text, now, left] of [
  ['a = |;\nb = |;\nc = |;\nd = |;', 'foo(1)', 'a = f|;\nb = f|;\nc = f|;\nd = f|;', 'oo(1)'],
  ['a = |;\nb = |;\nc = |;\nd = |;', 'foo(1)', 'a = foo(|);\nb = foo(|);\nc = foo(|);\nd = foo(|);', '1'],
  ['a = |;\nb = |;', 'foo(1)', 'a = |;\nb = |;', 'foo(1)'],
  ['a = |;\nb = |;\nc = |;', 'foo(1)', 'a = f|;\nb = g|;\nc = f|;', '-'],
  ['a = |;\nb = |;\nc = |;', 'foo(1)', 'a = g|;\nb = f|;\nc = f|;', '-'],
  ['a = |;\nb = |;\nc = |;', 'foo(1)', 'a = f|;\nb = f|;\nc = |;', '-'],
  ['a = |;\nb = |;\nc = |;', 'foo(1)', 'a = f|;\nb = f|;\nc = f;', '-'], // a cursor less
] as const) {
  test(`several cursors: ${JSON.stringify(then)} -> ${JSON.stringify(now)}`, () => {
    assert.equal(continueSuggestion(text, severalAt(then), severalAt(now))?.text ?? '-', left);
  });
}

test('several cursors, some of them beyond what is sent', () => {
  const long = 's'.repeat(SUFFIX_LIMIT);
  const otherCursors = [-200, 10, SUFFIX_LIMIT + 100];
  const then = { prefix: 'p'.repeat(100), prefixOffset: 8192, suffix: long, otherCursors };
  const now = {
    prefix: `${'p'.repeat(100)}f`,
    prefixOffset: 8193,
    suffix: `${long.slice(0, 10)}f${long.slice(11)}`,
    otherCursors: [-201, 11, SUFFIX_LIMIT + 102],
  };
  assert.deepEqual(continueSuggestion('foo', then, now), { text: 'oo', replaceAfter: 0 });
});

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
