import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { balancedLength, balancePlaceOf, isBalanced, ownClosers } from '../../../src/engine/text/balance.js';
import { codeBefore } from '../../../src/engine/text/codeBefore.js';
import { syntaxOf } from '../../../src/engine/text/languageSyntax.js';
import { isBlank } from '../../../src/engine/text/lines.js';
import { scanCode, START_OF_CODE } from '../../../src/engine/text/scanCode.js';

const placeOf = (prefix: string, suffix: string, languageId = 'typescript') =>
  balancePlaceOf(codeBefore({ prefix, prefixOffset: 0, languageId }), suffix);

describe('a text leaves open what stands behind it closes, and no more', () => {
  // What stands before and behind, the text, and its longest start that is balanced.
  const cases: readonly (readonly [before: string, behind: string, text: string, left: string])[] = [
    ['a = ', '', 'f(b)', 'f(b)'],
    ['a = ', '', 'f(b, g(c', 'f(b, g('],
    ['a = ', '', 'f(b) + g("c', 'f(b) + g('],
    ['a = ', ';', 'f(b) + g(c', 'f(b) + g'],
    ['f(', ')', 'g(a', 'g'],
    ['f(', ')', 'g(a)', 'g(a)'],
    ['', 'a) + b', 'f(', 'f('],
    ['f(', 'a), b)', 'g(', 'g('],
    ['', '\n}\n', 'if (a) {', 'if (a) {'],
    ['{', '\n}\n', 'if (a) {', 'if (a) {'],
    ['{', '}\n', 'if (a) {', 'if (a) '],
    ['a = ', '', '`b ${c}`', '`b ${c}`'],
    ['a = ', '', '`b ${c}', ''],
    ['a = `b ', ' d`', '${c}', '${c}'],
    ['a = `b ', ' d`', '${c', ''],
    ['a = `b ', '} d`', '${c', '${c'],
    ['', '', 'a;\nif (b) {\n  c(', 'a;'],
    ['', '\n', 'if (b) {\n  c();', 'if (b) {'],
  ];
  for (const [before, behind, text, left] of cases) {
    it(`${before}|${JSON.stringify(text)}|${JSON.stringify(behind)}`, () => {
      const place = placeOf(before, behind);
      assert.equal(text.slice(0, balancedLength(text, place)), left);
      assert.equal(isBalanced(text, place), text === left);
      assert.ok(isBalanced(left, place));
    });
  }

  const PIECES = ['[', ']', '{', '}', '`', '${', '"', '"a"', 'a', ' ', ', ', '\n', ';'];
  const code = textOf('(', ')', ...PIECES);
  // Of several kinds, one that does not fit would close those between as well.
  const oneKind = textOf('(', ')', '"a"', '`a`', 'a', ' ', ', ', '\n', '\n  ', ';');

  it('for any text: read as a whole, the document has no more open brackets than without it', () => {
    const syntax = syntaxOf('typescript');
    const openIn = (text: string): number => scanCode(text, START_OF_CODE, syntax).open.length;
    fc.assert(
      fc.property(oneKind, code, oneKind, (prefix, text, suffix) => {
        const place = placeOf(prefix, suffix);
        const kept = text.slice(0, balancedLength(text, place));
        const isTypedOn = /[([{]\s*$/u.test(kept) && isBlank(suffix.split('\n', 1)[0]!);
        assert.ok(isTypedOn || openIn(prefix + kept + suffix) <= openIn(prefix + suffix), JSON.stringify(kept));
        assert.ok(isBalanced(kept, place));
      }),
      { numRuns: 2000 },
    );
  });

  it('for any text: what closes it makes it balanced', () => {
    fc.assert(
      fc.property(code, code, code, (prefix, text, suffix) => {
        const place = placeOf(prefix, suffix);
        const closers = ownClosers(text, place);
        if (closers !== '') assert.ok(isBalanced(text + closers, place), JSON.stringify(text + closers));
      }),
      { numRuns: 2000 },
    );
  });
});

function textOf(...pieces: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));
}
