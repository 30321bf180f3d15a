import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cursorsAfter, ProposedChanges } from '../../../src/extension/denoise/proposedChanges.js';
import type { DenoisedChange } from '../../../src/shared/outcome.js';
import { anyCharacter } from '../../anyCharacter.js';

/** A text in pieces: what stays, and in between what is to be changed, to what, and whether a person wants that. */
interface Piece {
  readonly kept: string;
  readonly before: string;
  readonly text: string;
  readonly isWanted: boolean;
}

const someText = (minLength: number): fc.Arbitrary<string> =>
  fc.string({ minLength, maxLength: 5, unit: fc.oneof(anyCharacter, fc.constantFrom('\r\n', '\n', '\t')) });
const anyPieces = fc.array(
  // What stays is never empty, so that no change touches another.
  fc.record({ kept: someText(1), before: someText(0), text: someText(0), isWanted: fc.boolean() }),
  { maxLength: 6 },
);

function proposed(pieces: readonly Piece[], end: string): ProposedChanges {
  const changes: DenoisedChange[] = [];
  let original = '';
  for (const { kept, before, text } of pieces) {
    original += kept;
    changes.push({ span: { start: original.length, end: original.length + before.length }, before, text });
    original += before;
  }
  return new ProposedChanges(original + end, changes);
}

const written = (pieces: readonly Piece[], end: string, isMade: (piece: Piece) => boolean): string =>
  pieces.map((piece) => piece.kept + (isMade(piece) ? piece.text : piece.before)).join('') + end;

test('whatever is accepted and discarded, in whatever order, the text is what was kept with the accepted changes', () => {
  fc.assert(
    fc.property(anyPieces, someText(0), fc.infiniteStream(fc.nat()), (pieces, end, choices) => {
      let changes = proposed(pieces, end);
      assert.equal(
        changes.text,
        written(pieces, end, () => true),
      );
      const waiting = [...pieces];
      while (waiting.length > 0) {
        const index = (choices.next().value ?? 0) % waiting.length;
        const [piece] = waiting.splice(index, 1);
        changes = piece?.isWanted === true ? changes.accept(index) : changes.discard(index);
        assert.equal(
          changes.original,
          written(pieces, end, (each) => each.isWanted && !waiting.includes(each)),
        );
        assert.equal(
          changes.text,
          written(pieces, end, (each) => each.isWanted || waiting.includes(each)),
        );
        for (const { span, before } of changes.left) {
          assert.equal(changes.original.slice(span.start, span.end), before);
        }
      }
    }),
  );
});

test('each change is found at its place on both sides, and its text stands where it is said to stand', () => {
  fc.assert(
    fc.property(anyPieces, someText(0), (pieces, end) => {
      const changes = proposed(pieces, end);
      changes.left.forEach(({ span, text }, index) => {
        const inText = changes.spanInText(index);
        assert.equal(changes.text.slice(inText.start, inText.end), text);
        assert.equal(changes.nearest(span.start, 'original'), index);
        assert.equal(changes.nearest(inText.start, 'text'), index);
      });
    }),
  );
});

test('a cursor elsewhere means the nearest change', () => {
  const changes = new ProposedChanges('sum = sum - v; return sum * n;', [
    { span: { start: 10, end: 11 }, before: '-', text: 'plus' },
    { span: { start: 26, end: 27 }, before: '*', text: '/' },
  ]);
  assert.equal(changes.text, 'sum = sum plus v; return sum / n;');
  assert.deepEqual(
    [-5, 0, 17, 20, 99].map((offset) => changes.nearest(offset, 'original')),
    [0, 0, 0, 1, 1],
  );
  // On the right everything behind the first change stands three to the right.
  assert.equal(changes.nearest(21, 'text'), 0);
  assert.equal(changes.nearest(22, 'text'), 1);
});

test('an index of no change is refused', () => {
  assert.throws(() => new ProposedChanges('a', []).accept(0), /There is no change 0\./);
});

test('cursors stand behind the texts that are put in at them, and move along with those before them', () => {
  const [first, second, third] = [2, 5, 9].map((at, index) => ({
    span: { start: at, end: at },
    before: '',
    text: 'x'.repeat(index + 1),
  }));
  assert.ok(first && second && third);
  const cursors = [2, 5, 9].map((offset) => ({ offset, isFilled: false }));
  const all = cursorsAfter(cursors, [first, second, third]);
  assert.deepEqual(
    all.map(({ offset, isFilled }) => [offset, isFilled]),
    [
      [3, true],
      [8, true],
      [15, true],
    ],
  );
  // One after the other, as a review does it, they come to the same.
  let changes = new ProposedChanges('0123456789', [first, second, third]);
  let now: ReturnType<typeof cursorsAfter> = cursors;
  for (const index of [1, 1, 0]) {
    now = cursorsAfter(now, changes.left.slice(index, index + 1));
    changes = changes.accept(index);
  }
  assert.deepEqual(now, all);
  assert.deepEqual(
    now.map(({ offset }) => changes.text.slice(0, offset)),
    ['01x', '01x234xx', '01x234xx5678xxx'],
  );
});
