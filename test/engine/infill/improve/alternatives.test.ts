import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exchanged,
  likelierTokens,
  withoutDoubles,
  type Alternative,
} from '../../../../src/engine/infill/improve/alternatives.js';
import { respelt } from '../../../../src/engine/infill/improve/respelt.js';
import { type SectionText, sectionText } from '../../../../src/engine/infill/improve/sectionText.js';
import { sectionSpans } from '../../../../src/engine/infill/improve/sectionSpans.js';
import { suspects } from '../../../../src/engine/infill/improve/suspects.js';
import { trimmed } from '../../../../src/engine/infill/improve/trimmed.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED), 49_154);

function sectionOf(section: string, pinned: { start: number; end: number }[] = []): SectionText {
  return sectionText({ preamble: [], before: 'a();\n', section, after: 'b();\n', pinned }, tokenizer, 511);
}

/** The section's own text with an alternative in its place. */
function withAlternative({ units, text, own }: SectionText, { from, to, text: is }: Alternative): string {
  const whole = text.slice(0, units[from]!.start) + is + text.slice(units[to - 1]!.end);
  return whole.slice(own.start, whole.length - (text.length - own.end));
}

test('a section is its tokens, and what reaches beyond it is known', () => {
  const section = sectionOf('  return value;\n');
  assert.equal(section.text.slice(section.own.start, section.own.end), '  return value;\n');
  assert.equal(section.units.map(({ text }) => text).join(''), section.text.slice(0, section.units.at(-1)!.end));
  const ids = [...section.contextIds, ...section.units.flatMap((unit) => unit.ids)];
  assert.deepEqual(ids, tokenizer.encode('a();\n  return value;\nb();\n').slice(0, ids.length));
});

test('lines and words that stand there twice are tried without the second', () => {
  const lines = sectionOf('  one();\n  two();\n  two();\n  three();\n');
  assert.deepEqual(
    withoutDoubles(lines).map((each) => withAlternative(lines, each)),
    ['  one();\n  two();\n  three();\n'],
  );
  const words = sectionOf('It is the the best of all all-time hits.\n');
  assert.deepEqual(
    withoutDoubles(words).map((each) => withAlternative(words, each)),
    ['It is the best of all all-time hits.\n'],
  );
  const start = words.text.indexOf('the the') - words.own.start;
  const pinned = sectionOf('It is the the best.\n', [{ start, end: start + 7 }]);
  assert.deepEqual(withoutDoubles(pinned), []);
});

test('neighbours in a list are exchanged where one of them is suspect', () => {
  const section = sectionOf('  move(to, from);\n  stop(a, b);\n');
  const at = section.units.findIndex(({ text }) => text.includes('from'));
  const found = exchanged(section, [{ from: at, to: at + 1, at, doubt: 3 }]);
  assert.deepEqual(
    found.map((each) => withAlternative(section, each)),
    ['  move(from, to);\n  stop(a, b);\n'],
  );
});

test('likelier tokens stand for the token, and for the rest of its word', () => {
  const section = sectionOf('  clearInterval(timer);\n');
  const at = section.units.findIndex(({ text }) => text === 'Interval');
  const ids = [' timeout', 'Timeout', '\n'].flatMap((text) => tokenizer.encode(text).slice(0, 1));
  const reading = { ids, logProbs: [-0.5, -1, -1.2], logProb: -4 };
  const suspect = { from: at - 1, to: at + 1, at, doubt: 3.5 };
  const texts = likelierTokens(section, suspect, reading, tokenizer).map((each) => withAlternative(section, each));
  assert.ok(
    texts.length > 0 && texts.every((text) => text.startsWith('  clear') && text.endsWith('(timer);\n')),
    texts.join(),
  );
  assert.deepEqual(likelierTokens(section, suspect, { ...reading, logProb: -1.4 }, tokenizer), [], 'not by enough');
});

test('a misspelt word is tried as each word of one token that differs by a letter', () => {
  const respellings = (word: string): string[] => {
    const section = sectionOf(`A ${word} here.\n`);
    const from = section.units.findIndex(({ text }) => text.startsWith(' ') && word.startsWith(text.trim()));
    const to = section.units.findIndex(({ text }, i) => i > from && text.startsWith(' '));
    return respelt(section, { from, to, at: from, doubt: 5 }, tokenizer).map(({ text }) => text);
  };
  for (const [wrong, right] of [
    ['nummber', ' number'],
    ['recieve', ' receive'],
    ['conncurrent', ' concurrent'],
    ['directry', ' directory'],
  ] as const)
    assert.ok(respellings(wrong).includes(right), `${wrong}: ${respellings(wrong).join()}`);
  assert.deepEqual(respellings('number'), [], 'it is a token itself');
});

test('suspects are whole words, the most doubtful first, as many as the share allows', () => {
  const section = sectionOf('  total = total - clearInterval;\n');
  const doubts = new Map([
    ['Interval', 6],
    [' -', 4],
    [' =', 1],
  ]);
  const readings = section.units.flatMap(({ ids, text }) =>
    ids.map(() => ({ ids: [0], logProbs: [-0.1], logProb: -0.1 - (doubts.get(text) ?? 0) })),
  );
  const textsOf = (strength: number): string[] =>
    suspects(section, readings, strength).map(({ from, to }) =>
      section.units
        .slice(from, to)
        .map(({ text }) => text)
        .join(''),
    );
  assert.deepEqual(textsOf(1), [' clearInterval', ' -']);
  assert.deepEqual(textsOf(0.1), [' clearInterval']);
});

test('a change is told without what stays at its ends, in whole words', () => {
  const change = (old: string, text: string) => trimmed({ span: { start: 10, end: 10 + old.length }, text }, old);
  assert.deepEqual(change(' -', ' +'), { span: { start: 11, end: 12 }, text: '+' });
  assert.deepEqual(change('the the', 'the'), { span: { start: 13, end: 17 }, text: '' });
  assert.deepEqual(change(' recieve it', ' receive it'), { span: { start: 11, end: 18 }, text: 'receive' });
  assert.deepEqual(change('😀', '😁'), { span: { start: 10, end: 12 }, text: '😁' });
});

test('a selection is cut into whole lines, and a long line between its tokens', () => {
  const text = `${'  const value = 1;\n'.repeat(20)}${'x = y + '.repeat(60)}\n`;
  const spans = sectionSpans(text, tokenizer, 40);
  assert.equal(spans.map(({ start, end }) => text.slice(start, end)).join(''), text);
  assert.ok(spans.slice(0, 2).every(({ end }) => text[end - 1] === '\n') && spans.length > 4);
  for (const { start, end } of spans) assert.ok(tokenizer.encode(text.slice(start, end)).length <= 42);
});
