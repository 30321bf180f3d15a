import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DocumentWords } from '../../../../src/engine/infill/improve/documentWords.js';
import {
  chanceOfChange,
  type ChangeInDocument,
  changeFeatures,
} from '../../../../src/engine/infill/improve/evidence.js';
import type { Judged } from '../../../../src/engine/infill/improve/judged.js';

const JUDGED: Judged = {
  ...{ from: 1, to: 2, text: ' receive', source: 'read', before: -30, after: -18, ownBefore: -22, ownAfter: -12 },
  ...{ tokensBefore: 3, tokensAfter: 1, leastAfter: -0.5, doubt: 4 },
};
const DOCUMENT = 'receive(one);\nreceive(two);\nrecieve(three);\nreceiver();\n';

/** `[` and `]` enclose what is changed. */
function inDocument(
  drawn: string,
  text: string,
  languageId: string,
): Pick<ChangeInDocument, 'change' | 'document' | 'old'> {
  const [before, old, after] = drawn.split(/[[\]]/u) as [string, string, string];
  const document = before + old + after;
  const span = { start: before.length, end: before.length + old.length };
  return {
    old,
    change: { span, text, old },
    document: { text: document, words: new DocumentWords(document), languageId },
  };
}

function features(change: Partial<Judged>, old = ' recieve'): Readonly<Record<string, number>> {
  const judged = { ...JUDGED, ...change };
  const document = { text: DOCUMENT, words: new DocumentWords(DOCUMENT), languageId: 'typescript' };
  const span = { start: DOCUMENT.length, end: DOCUMENT.length };
  return changeFeatures({ judged, old, change: { span, text: judged.text, old }, document });
}

function drawnFeatures(drawn: string, text: string, languageId = 'typescript'): Readonly<Record<string, number>> {
  return changeFeatures({ ...inDocument(drawn, text, languageId), judged: { ...JUDGED, text } });
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

test('what stands alike elsewhere speaks for what stands there', () => {
  const loop = 'for (let i = 0; i < a.length; i++) {}\nfor (let j = 0; j [>] b.length; j++) {}\n';
  const { oldFits, newFits, beside } = drawnFeatures(loop, '<');
  assert.deepEqual([oldFits, newFits, beside], [0, 0, 0], 'neither side is the same name');
  const again = drawnFeatures(loop.replaceAll('j', 'i').replace(' b.', ' a.'), '<');
  assert.equal(again['oldFits'], 0);
  assert.equal(again['newFits'], 12 / 4, 'six neighbours on each side');
  assert.equal(again['beside'], 2);
  assert.equal(drawnFeatures('x = f(a);\ny = f([a]);\n', 'b')['oldFits'], 6 / 4, 'what stands there may fit, too');
  assert.equal(drawnFeatures('y = f([a]);\n', 'b')['oldFits'], 0, 'its own place does not count');
});

test('strings, prose and data are no program', () => {
  const of = (drawn: string, text: string, languageId?: string): readonly string[] => {
    const all = drawnFeatures(drawn, text, languageId);
    return ['quoted', 'textOperator', 'textWord'].filter((name) => all[name] === 1);
  };
  assert.deepEqual(of('a [-] b', '+'), []);
  assert.deepEqual(of("const a = 'b [-] c';", '+'), ['quoted', 'textOperator']);
  assert.deepEqual(of("it('counts [words]', test);", 'lines'), ['quoted', 'textWord']);
  assert.deepEqual(of("it('counts', [words]);", 'lines'), []);
  assert.deepEqual(
    of('"""\nThe [words] of it\n"""\n', 'lines', 'python'),
    [],
    'lines of a docstring are as a comment is',
  );
  assert.deepEqual(of("It's [words] that count", 'lines', 'markdown'), ['textWord']);
  assert.deepEqual(of('a: [words]', 'lines', 'yaml'), ['textWord']);
  assert.deepEqual(of('{ "a": "[words]" }', 'lines', 'json'), ['quoted', 'textWord']);
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
    oldFits: 0,
    newFits: 0,
    beside: 0,
    quoted: 0,
    textOperator: 0,
    textWord: 0,
    textSwapped: 0,
  };
  const chance = (change: Partial<typeof weights>): number =>
    chanceOfChange(
      changeFeatures({ ...inDocument(`${DOCUMENT}[ recieve]`, JUDGED.text, 'typescript'), judged: JUDGED }),
      { ...weights, ...change },
    );
  assert.equal(chance({}), 0.5);
  assert.ok(Math.abs(chance({ own: 0.5, constant: -1 }) - 0.5) < 1e-12);
  assert.ok(Math.abs(Math.log(chance({ alike: 2 }) / (1 - chance({ alike: 2 }))) - 2) < 1e-12);
});
