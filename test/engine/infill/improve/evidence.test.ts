import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chanceOfChange, changeFeatures } from '../../../../src/engine/infill/improve/evidence.js';
import type { Judged } from '../../../../src/engine/infill/improve/judged.js';

const JUDGED: Judged = {
  ...{ from: 1, to: 2, text: ' receive', source: 'read', before: -30, after: -18, ownBefore: -22, ownAfter: -12 },
  ...{ tokensBefore: 3, tokensAfter: 1, leastAfter: -0.5, doubt: 4 },
};
const DOCUMENT = 'receive(one);\nreceive(two);\nrecieve(three);\nreceiver();\n';

function features(change: Partial<Judged>, old = ' recieve'): Readonly<Record<string, number>> {
  return changeFeatures({ judged: { ...JUDGED, ...change }, old, document: DOCUMENT });
}

test('what speaks for a change, in numbers of a size', () => {
  const { own, rest, doubt, least, fewer, more, word, alike, oldSeen, newSeen } = features({});
  assert.deepEqual([own, rest, doubt, least, fewer, more], [2, 0.4, 0.8, -0.1, 1, 0]);
  assert.deepEqual([word, alike, oldSeen, newSeen], [1, 1, 0, Math.log(3)]);
});

test('operators, numbers and words are kinds of their own, and doubled words none of them', () => {
  const kinds = (text: string, old: string): readonly string[] =>
    Object.entries(features({ text }, old)).flatMap(([name, value]) =>
      ['operator', 'number', 'word', 'alike'].includes(name) && value === 1 ? [name] : [],
    );
  assert.deepEqual(kinds(' +', ' -'), ['operator']);
  assert.deepEqual(kinds(' or', ' and'), ['operator', 'word']);
  assert.deepEqual(kinds('2', '1'), ['number']);
  assert.deepEqual(kinds('height', 'width'), ['word']);
  assert.deepEqual(kinds(' (', ' ['), []);
  const doubled = features({ source: 'doubled', text: '' }, ' the');
  assert.deepEqual([doubled['doubled'], doubled['word'], doubled['least'], doubled['fewer']], [1, 0, 0, 0]);
});

test('a letter more, less, other or exchanged makes words alike, and short words never are', () => {
  const alike = (a: string, b: string): boolean => features({ text: b }, a)['alike'] === 1;
  for (const [a, b] of [
    ['nummber', 'number'],
    ['nmber', 'number'],
    ['nunber', 'number'],
    ['nubmer', 'number'],
  ] as const)
    assert.ok(alike(a, b) && alike(b, a), `${a} ${b}`);
  assert.ok(!alike('width', 'height') && !alike('one', 'ones') && !alike('Interval', 'internal'));
});

test('the chance is a logistic function of them', () => {
  const nothing = {
    atLeast: 0.5,
    constant: 0,
    own: 0,
    rest: 0,
    doubt: 0,
    least: 0,
    fewer: 0,
    more: 0,
    written: 0,
    agreed: 0,
  };
  const weights = {
    ...nothing,
    doubled: 0,
    swapped: 0,
    respelt: 0,
    operator: 0,
    number: 0,
    word: 0,
    alike: 0,
    oldSeen: 0,
    newSeen: 0,
  };
  const chance = (change: Partial<typeof weights>): number =>
    chanceOfChange({ judged: JUDGED, old: ' recieve', document: DOCUMENT }, { ...weights, ...change });
  assert.equal(chance({}), 0.5);
  assert.ok(Math.abs(chance({ own: 0.5, constant: -1 }) - 0.5) < 1e-12);
  assert.ok(Math.abs(Math.log(chance({ alike: 2 }) / (1 - chance({ alike: 2 }))) - 2) < 1e-12);
});
