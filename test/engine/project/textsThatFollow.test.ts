import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TextsThatFollow } from '../../../src/engine/project/foundMiddle.js';
import { ProjectIndex } from '../../../src/engine/project/projectIndex.js';
import type { ProjectDocument } from '../../../src/shared/projectDocument.js';
import { tokensOf } from './naiveFind.js';

function documentOf(path: string, text: string): ProjectDocument {
  return { uri: `file:///${path}`, path, languageId: 'typescript', text };
}

function indexOf(...texts: string[]): ProjectIndex {
  const index = new ProjectIndex();
  index.replace(texts.map((text, i) => documentOf(`${String(i)}.ts`, text)));
  while (index.work());
  return index;
}

/** What follows, at `|` of a text of the document `path`, where `written` stands. */
function after(index: ProjectIndex, drawn: string, written = '', path = 'edited.ts'): TextsThatFollow | undefined {
  const [prefix, suffix] = drawn.split('|') as [string, string];
  const place = { uri: `file:///${path}`, offset: prefix.length, prefix, suffix, languageId: 'typescript' };
  return index.following(place)(written);
}
const texts = (found: TextsThatFollow | undefined): string[] => found?.texts.map(({ text }) => text) ?? [];

void describe('texts that follow', () => {
  it('stand after the same tokens, the longest match first, with how often', () => {
    const index = indexOf('a.list.map(one);\nb.list.map(two);\nb.list.map(two);\n', 'c.list.map(three);\n');
    const found = after(index, 'x = b.list.map(|)');
    assert.equal(found?.left, 6);
    assert.deepEqual(texts(found).slice(0, 1), ['two']);
    assert.equal(found.texts[0]?.votes, 2);
    assert.deepEqual(texts(found).slice(1).sort(), ['one', 'three']);
    assert.ok(found.texts.slice(1).every(({ votes }) => votes < 0.5));
  });

  it('count more where what follows the cursor stands behind them too', () => {
    const index = indexOf('g(a, b.one, x);\n', 'g(a, b.two, y, z);\n', 'g(a, b.one, x);\n');
    const found = after(index, 'g(a, |, y, z);\n', 'b.');
    assert.deepEqual(texts(found), ['two', 'one']);
    assert.deepEqual([found?.left, found?.right, found?.texts[0]?.votes], [6, 7, 1]);
    assert.deepEqual(texts(after(index, 'g(a, |)', 'b.')), ['one', 'two']);
  });

  it('follow what is written at the cursor too, and go on a word that is begun', () => {
    const index = indexOf('const total = cart.items.length;\n');
    assert.deepEqual(texts(after(index, 'const total = |', 'cart.')), ['items']);
    assert.deepEqual(texts(after(index, 'const total = |', 'cart.it')), ['ems']);
    assert.equal(after(index, 'const total = |', 'cart.it')?.isBegun, true);
    assert.deepEqual(texts(after(index, 'const total = cart.it|', 'ems')), ['.']);
    assert.deepEqual(texts(after(index, 'const total = |', 'card.')), []);
  });

  it('bring the blanks that are not there yet', () => {
    const index = indexOf('return a  + b;\n');
    assert.deepEqual(texts(after(index, 'return a|')), ['  +']);
    assert.deepEqual(texts(after(index, 'return a |')), [' +']);
    assert.deepEqual(texts(after(index, 'return a  |')), ['+']);
    assert.deepEqual(texts(after(index, 'return a   |')), ['+']);
  });

  it('are indented as the written line is', () => {
    const index = indexOf('if (a) {\r\n\tgo();\r\n}\r\n');
    assert.deepEqual(texts(after(index, '    if (a) {|')), ['\n    \tgo']);
    assert.deepEqual(texts(after(index, '    if (a) {\n|')), ['    \tgo']);
    assert.deepEqual(texts(after(index, '    if (a) {\n    \t|')), ['go']);
    assert.deepEqual(texts(after(index, '    if (a) {\n    \tgo();|')), ['\n    }']);
  });

  it("are none of the cursor's own line, and tell what is of the edited document", () => {
    const index = indexOf('f(x, one);\nf(x, two);\nf(x, three);\n');
    const found = after(index, 'f(x, one);\nf(x, |);\nf(x, three);\n', '', '0.ts');
    assert.deepEqual(texts(found).sort(), ['one', 'three']);
    assert.ok(found?.texts.every(({ votes, ownVotes }) => ownVotes === votes));
    assert.ok(after(index, 'f(x, |)')?.texts.every(({ ownVotes }) => ownVotes === 0));
  });

  it('are those that a plain search of all tokens finds', () => {
    const piece = fc.constantFrom('a', 'ab', 'b', '(', ')', '.', ' = ', '\n', '\n  ', ' ');
    const text = fc.array(piece, { minLength: 5, maxLength: 100 }).map((pieces) => pieces.join(''));
    let answered = 0;
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, fc.nat(), (others, edited, cut) => {
        const before = edited.slice(0, cut % (edited.length + 1));
        const found = after(indexOf(...others), `${before}|`);
        const places = naivePlaces(others, before);
        assert.equal(found?.left, places.length === 0 ? undefined : Math.max(...places.map(({ left }) => left)));
        if (found === undefined) return;
        answered++;
        const votes = places.reduce((sum, { left }) => sum + 0.4 ** (found.left - left), 0);
        const told = found.texts.reduce((sum, each) => sum + each.votes, 0);
        assert.ok(Math.abs(told - votes) < 1e-9, `${String(told)} for ${String(votes)}`);
        // The tokens are those of the text, whatever blanks are around them.
        const first = (each: string): string => tokensOf(each)[0]?.text.charAt(0) ?? '';
        assert.deepEqual(
          new Set(found.texts.map((each) => first(each.text))),
          new Set(places.map((p) => first(p.next))),
        );
      }),
      { numRuns: 1500 },
    );
    assert.ok(answered > 200, `${String(answered)} of 1500 found something`);
  });
});

/** Places after the same three tokens or more, or after the same start of a text, that have something behind them. */
function naivePlaces(documents: readonly string[], before: string): { left: number; next: string }[] {
  const typed = /\w*$/u.exec(before)![0];
  const left = tokensOf(before.slice(0, before.length - typed.length)).map(({ text }) => text);
  return documents.flatMap((text) => {
    const tokens = tokensOf(text);
    return Array.from({ length: tokens.length + 1 }, (_, index) => index).flatMap((index) => {
      let equal = 0;
      while (equal < Math.min(64, left.length, index) && tokens[index - 1 - equal]!.text === left.at(-1 - equal))
        equal++;
      if (equal < 3 && (equal !== left.length || index !== equal)) return [];
      const token = tokens[index];
      if (typed !== '' && (token === undefined || token.text === '\n' || !token.text.startsWith(typed))) return [];
      const at = typed === '' ? (tokens[index - 1]?.end ?? 0) : token!.start + typed.length;
      const rest = text.slice(at);
      return rest.trim() === '' && !rest.includes('\n') ? [] : [{ left: equal, next: rest }];
    });
  });
}
