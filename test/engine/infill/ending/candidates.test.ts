import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { candidateOf, geometricMean, rankCandidates } from '../../../../src/engine/infill/ending/candidates.js';
import type { Candidate } from '../../../../src/shared/outcome.js';

/** A candidate of tokens with confidences 0.9, 0.8, ... of which post-processing left `text`. */
function candidate(tokens: readonly string[], text: string): Candidate {
  const all = tokens.map((each, i) => ({ text: each, confidence: 0.9 - i / 10, step: i }));
  return candidateOf({ text: tokens.join(''), tokens: all, stepsUsed: 3, isWhole: true }, text);
}

const texts = (tokens: readonly string[], text: string): string[] =>
  candidate(tokens, text).tokens.map((each) => each.text);

describe('tokens of the text that is left', () => {
  const cases: [name: string, tokens: string[], text: string, left: string[]][] = [
    ['all of it', ['a', ' +', ' b', ';'], 'a + b;', ['a', ' +', ' b', ';']],
    ['cut between tokens', ['a', ' +', ' b', ';'], 'a +', ['a', ' +']],
    ['cut inside a token', ['foo', 'bar();'], 'foobar', ['foo', 'bar']],
    ['CRLF', ['{', '\n   ', ' b', '\n', '}'], '{\r\n    b\r\n}', ['{', '\r\n   ', ' b', '\r\n', '}']],
    ['tabs instead of blanks', ['{', '\n   ', ' b', '\n', '}'], '{\n\tb\n}', ['{', '\n', '\tb', '\n', '}']],
    ['leading blanks removed', [' ', 'a', ' b'], 'a b', ['a', ' b']],
    ['trailing blanks removed', ['a', ' ', '\n'], 'a', ['a']],
    ['half characters', ['x', '', '😀', '!'], 'x😀!', ['x', '', '😀', '!']],
    ['a repeated text that is cut', ['ab', 'ab', 'ab'], 'abab', ['ab', 'ab']],
  ];
  for (const [name, tokens, text, left] of cases) {
    test(name, () => {
      assert.deepEqual(texts(tokens, text), left);
      assert.equal(texts(tokens, text).join(''), text);
    });
  }

  test('keep their confidence and step; that of the text is their geometric mean', () => {
    const { tokens, confidence } = candidate(['a', 'b', 'c'], 'ab');
    assert.deepEqual(tokens[1], { text: 'b', confidence: 0.8, step: 1 });
    assert.ok(Math.abs(confidence - Math.sqrt(0.72)) < 1e-12);
  });
});

const of = (text: string, confidence: number): Candidate => ({ text, confidence, tokens: [], stepsUsed: 1 });

test('candidates are ordered by confidence, each text once', () => {
  const ranked = rankCandidates([of('a', 0.2), of('b', 0.9), of('a', 0.5), of('c', 0.1)]);
  assert.deepEqual(
    ranked.map(({ text, confidence }) => [text, confidence]),
    [
      ['b', 0.9],
      ['a', 0.5],
      ['c', 0.1],
    ],
  );
});

test('the most likely text comes before alternatives that are more confident', () => {
  const likeliest = of('a', 0.2);
  const ranked = rankCandidates([likeliest, of('b', 0.9), of('a', 0.5), of('c', 0.95)], likeliest);
  assert.deepEqual(
    ranked.map(({ text }) => text),
    ['a', 'c', 'b'],
  );
  assert.equal(ranked[0], likeliest);
});

test('the mean of nothing is 0', () => assert.equal(geometricMean([]), 0));
