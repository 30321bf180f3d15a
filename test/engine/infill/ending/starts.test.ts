import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startsOf, type StartsPlace } from '../../../../src/engine/infill/ending/starts.js';
import { balancePlaceOf, isBalanced } from '../../../../src/engine/text/balance.js';
import { codeBefore } from '../../../../src/engine/text/codeBefore.js';
import { openEndsAfter } from '../../../../src/engine/text/openEnds.js';
import { contextOf } from '../requests.js';

const code = codeBefore(contextOf('const a = ', '\n'));
const before = (suffix: string): StartsPlace => {
  const place = balancePlaceOf(code, suffix);
  return { openEnds: openEndsAfter(code), mayEnd: (text) => isBalanced(text, place), wholeLines: false };
};

function starts(tokens: readonly string[], ends: readonly number[], place: Partial<StartsPlace> = {}): string[] {
  const text = tokens.join('');
  const middle = {
    text,
    tokens: tokens.map((each) => ({ text: each, confidence: 0.5, step: 0 })),
    stepsUsed: 1,
    isWhole: true,
  };
  const shares = ends.map((length) => ({ length, share: 1 / ends.length }));
  return startsOf(middle, shares, { ...before('\n'), ...place }).map((length) => text.slice(0, length));
}

void describe('the starts that could be suggested', () => {
  it('end with a token, or where an end was compared', () => {
    assert.deepEqual(starts(['foo', '.bar', '();'], [6]), ['foo', 'foo.ba', 'foo.bar', 'foo.bar();']);
  });

  it('split no string at a line end, but leave brackets open', () => {
    assert.deepEqual(starts(['f(', '"a', ' b', '")'], []), ['f(', 'f("a b")']);
  });

  it('leave nothing open where text follows in the line', () => {
    assert.deepEqual(starts(['f(', 'a', ')', '.b'], [1, 3], before('.c;\n')), ['f', 'f(a)', 'f(a).b']);
  });

  it('are whole lines from the second line on, with what they opened closed', () => {
    assert.deepEqual(starts(['{', '\n', '  a', ': 1', ',\n', '}', ';'], []), ['{', '{\n  a: 1,\n};']);
    assert.deepEqual(starts(['1', ';', '\nlet', ' b', ';\n', 'c'], []), ['1', '1;', '1;\nlet b;\nc']);
  });

  it('are whole lines alone where the hole is a line of its own', () => {
    assert.deepEqual(starts(['foo', '.bar', '();'], [0, 7, 10], { wholeLines: true }), ['foo.bar();']);
  });

  it('are none beyond what was written', () => {
    assert.deepEqual(starts(['ab'], [0, 1, 9]), ['a', 'ab']);
  });
});
