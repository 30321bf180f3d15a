import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { composed, type ComposedChange } from '../../../../src/engine/infill/improve/composed.js';
import { changedText, type TextChange } from '../../../../src/shared/textChange.js';

/** Changes of a text of so many characters: ascending, none overlaps another. */
function changesOf(length: number, cuts: readonly number[], texts: readonly string[]): TextChange[] {
  const edges = [...new Set(cuts.map((cut) => cut % (length + 1)))].sort((a, b) => a - b);
  const changes: TextChange[] = [];
  for (let i = 0; i + 1 < edges.length; i += 2) {
    changes.push({ span: { start: edges[i]!, end: edges[i + 1]! }, text: texts[i % texts.length]! });
  }
  return changes;
}

const asMade = (changes: readonly TextChange[]): ComposedChange<TextChange>[] =>
  changes.map((change) => ({ ...change, parts: [change] }));

test('changes of a text and then of what it said are changes of the text itself', () => {
  const cuts = fc.array(fc.nat(40), { maxLength: 10 });
  const texts = fc.array(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.string({ maxLength: 24 }), cuts, texts, cuts, texts, (text, cutsA, textsA, cutsB, textsB) => {
      const first = composed(text, [], changesOf(text.length, cutsA, textsA));
      const between = changedText(text, first);
      const second = changesOf(between.length, cutsB, textsB);
      const both = composed(text, first, second);
      assert.equal(changedText(text, both), changedText(between, second));
      both.forEach(({ span }, i) => assert.ok(i === 0 || span.start > both[i - 1]!.span.end, 'none touches another'));
      assert.equal(
        both.flatMap(({ parts }) => parts).length,
        first.flatMap(({ parts }) => parts).length + second.length,
      );
    }),
  );
});

test('what is changed again is one change, of what stood there at first', () => {
  const first = asMade([{ span: { start: 4, end: 5 }, text: 'bb' }]);
  const [both, ...others] = composed('one a two', first, [{ span: { start: 4, end: 6 }, text: 'c' }]);
  assert.deepEqual(others, []);
  assert.deepEqual([both!.span, both!.text, both!.parts.length], [{ start: 4, end: 5 }, 'c', 2]);
});
