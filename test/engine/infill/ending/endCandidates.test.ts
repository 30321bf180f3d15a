import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endCandidates } from '../../../../src/engine/infill/ending/endCandidates.js';
import type { EncoderReading } from '../../../../src/engine/contract/model.js';

const SUFFIX_ID = 7;

/** Readings of an encoder that gives every written token `own` nats, and the suffix's first token `ends[i]` nats after i tokens. */
function readings(count: number, ends: Readonly<Record<number, number>>, own = -0.1): EncoderReading[] {
  return Array.from({ length: count + 1 }, (_, i) => {
    const listed: [number, number][] = [[900 + i, -0.2]];
    if (ends[i] !== undefined) listed.push([SUFFIX_ID, ends[i]]);
    listed.push([800 + i, -6]);
    return {
      ids: listed.map(([id]) => id),
      logProbs: listed.map(([, logProb]) => logProb),
      logProb: i < count ? own : undefined,
    };
  });
}

function candidates(
  texts: readonly string[],
  suffix: string,
  ends: Readonly<Record<number, number>>,
  healed = 0,
  characterPrior = 0,
  mayEnd?: (middle: string) => boolean,
): string[] {
  const written = texts.join('');
  const found = endCandidates({
    texts,
    healed,
    readings: readings(texts.length, ends),
    suffix,
    firstSuffixId: SUFFIX_ID,
    characterPrior,
    mayEnd,
  });
  return found.map((end) => written.slice(healed, end));
}

describe('where a middle could end', () => {
  test('nothing at all, and where the encoder expects the suffix', () => {
    const texts = ['a', ' +', ' b', ' *', ' c', ' -', ' d', ' /', ' e'];
    const found = candidates(texts, ');', { 3: -0.3, 7: -0.5 });
    assert.ok(found.includes(''));
    assert.ok(found.includes('a + b'));
    assert.ok(found.includes('a + b * c - d'));
    assert.ok(found.length <= 5, found.join('|'));
  });

  test('a place is worth what was written up to it, too', () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    // The same evidence everywhere: the earlier, the likelier.
    const everywhere = Object.fromEntries(texts.map((_, i) => [i + 1, -1]));
    assert.deepEqual(candidates(texts, ')', everywhere), ['', 'a', 'ab', 'abc', 'abcd']);
  });

  test('a long text is not behind a short one only because it is unlikely: characters count beforehand', () => {
    const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const everywhere = Object.fromEntries(texts.map((_, i) => [i + 1, -1]));
    assert.deepEqual(candidates(texts, ')', everywhere, 0, 0.4), ['', 'abcd', 'abcde', 'abcdef', 'abcdefg']);
  });

  test('only where it may end, if that is anywhere', () => {
    const texts = ['f', '(', 'a', ')'];
    const everywhere = Object.fromEntries(texts.map((_, i) => [i + 1, -1]));
    const isOpen = (middle: string): boolean => middle.includes('(') && !middle.includes(')');
    assert.deepEqual(
      candidates(texts, ';', everywhere, 0, 0, (middle) => !isOpen(middle)),
      ['', 'f', 'f(a)'],
    );
    assert.deepEqual(
      candidates(['(', 'a'], ';', { 1: -1, 2: -1 }, 0, 0, (middle) => !isOpen(middle)),
      ['', '(', '(a'],
    );
    const texts2 = ['xf', '(a', ').b'];
    assert.deepEqual(
      candidates(texts2, ').b;', {}, 1, 0, (middle) => middle !== 'f(a'),
      ['', 'f', 'f(a).b'],
    );
  });

  test('inside a token that goes on as the suffix does', () => {
    assert.ok(candidates(['value', '); // done'], '); // other', {}).includes('value'));
    assert.ok(candidates(['get', 'Value'], 'lue()', {}).includes('getVa'));
  });

  test('at a line end inside a token, if the suffix begins with one', () => {
    assert.ok(candidates(['x', ';\n  y'], '\n}\n', {}).includes('x;'));
    assert.ok(!candidates(['x', ';\n  y', 'a', 'b', 'c', 'd'], '}\n', {}).includes('x;'));
  });

  test('healed characters are not the middle’s', () => {
    assert.deepEqual(candidates([' return'], ';', {}, 4), ['', 'urn']);
  });
});
