import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DocumentEdits, linesOf } from '../../../src/extension/project/documentEdits.js';
import { editsBeside, editsOf } from '../../../src/extension/project/editsAround.js';

interface Change {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A text that is edited, in the plain form: as one string. */
class Edited {
  readonly document: DocumentEdits;
  private time = 0;

  constructor(public text: string) {
    this.document = new DocumentEdits(text);
  }

  /** Replaces `text[from, to)`. */
  replace({ from, to, text }: Change): void {
    const placeOf = (offset: number): [number, number] => {
      const lines = this.text.slice(0, offset).split('\n');
      return [lines.length - 1, lines.at(-1)?.length ?? 0];
    };
    const [[first, firstCharacter], [last, lastCharacter]] = [placeOf(from), placeOf(to)];
    this.document.change({ first, firstCharacter, last, lastCharacter, text }, ++this.time);
    this.text = this.text.slice(0, from) + text + this.text.slice(to);
  }

  /** Writes `text` instead of the first place at which `old` stands. */
  write(old: string, text: string): this {
    const from = this.text.indexOf(old);
    assert.ok(from >= 0, old);
    this.replace({ from, to: from + old.length, text });
    return this;
  }

  get told(): unknown[] {
    return editsOf(this.document).map(({ line, before, after }) => [line - 1, before, after]);
  }
}

const anyText = fc.array(fc.stringMatching(/^[ab]{0,2}$/u), { minLength: 1, maxLength: 8 }).map((l) => l.join('\n'));
const anyChanges = fc.array(
  fc.record({ from: fc.nat(), length: fc.nat(8), text: fc.oneof(anyText, fc.constant('')) }),
  { maxLength: 8 },
);

/** Each change where the text lies that it is made to. */
function make(edited: Edited, changes: readonly { from: number; length: number; text: string }[]): Change[] {
  return changes.map(({ from, length, text }) => {
    const at = from % (edited.text.length + 1);
    const change = { from: at, to: Math.min(edited.text.length, at + length), text };
    const old = edited.text.slice(change.from, change.to);
    edited.replace(change);
    return { from: at, to: at + text.length, text: old }; // what takes it back
  });
}

void describe('the edits of a document', () => {
  it('played backwards give the text as it was, and the lines are those of the text', () => {
    fc.assert(
      fc.property(anyText, anyChanges, (text, changes) => {
        const edited = new Edited(text);
        make(edited, changes);
        const { lines, edits } = edited.document;
        assert.deepEqual(lines, edited.text.split('\n'));
        const earlier = [...lines];
        for (const { start, count, before } of edits.toReversed()) earlier.splice(start, count, ...before);
        assert.deepEqual(earlier, text.split('\n'));
      }),
    );
  });

  it('never touch each other, and are told with a first and a last line that differ', () => {
    fc.assert(
      fc.property(anyText, anyChanges, (text, changes) => {
        const edited = new Edited(text);
        make(edited, changes);
        const { edits } = edited.document;
        edits.forEach(({ start, count }, i) => assert.ok((edits[i + 1]?.start ?? Infinity) > start + count));
        for (const { before, after } of editsOf(edited.document)) {
          assert.ok(before.length + after.length > 0);
          if (before.length === 0 || after.length === 0) continue;
          assert.notEqual(before[0], after[0]);
          assert.notEqual(before.at(-1), after.at(-1));
        }
      }),
    );
  });

  it('are none once all was taken back', () => {
    fc.assert(
      fc.property(anyText, anyChanges, (text, changes) => {
        const edited = new Edited(text);
        for (const undo of make(edited, changes).toReversed()) edited.replace(undo);
        assert.deepEqual(edited.document.edits, []);
        assert.equal(edited.text, text);
      }),
    );
  });

  it('are one in a line and in adjoining ones, and several elsewhere', () => {
    const edited = new Edited('a1\nb1\nc1\nd1\ne1')
      .write('a1', 'a2')
      .write('a2', 'a3')
      .write('b1', 'b2')
      .write('e1', 'e2');
    assert.deepEqual(edited.told, [
      [0, ['a1', 'b1'], ['a3', 'b2']],
      [4, ['e1'], ['e2']],
    ]);
    edited.write('b2', 'b1');
    assert.deepEqual(edited.told, [
      [0, ['a1'], ['a3']],
      [4, ['e1'], ['e2']],
    ]);
  });

  it('move with lines that are put in and taken out above', () => {
    const edited = new Edited('a\nb\nc\nd\ne1').write('e1', 'e2').write('a\nb', 'a\nx\ny\nb');
    assert.deepEqual(edited.told, [
      [1, [], ['x', 'y']],
      [6, ['e1'], ['e2']],
    ]);
  });

  it('has lines by any line end', () => {
    assert.deepEqual(linesOf('a\r\nb\rc\nd'), ['a', 'b', 'c', 'd']);
  });
});

void describe('what is told beside the cursor', () => {
  it('is with three lines around, and not what is only blanks or very long', () => {
    const edited = new Edited('a\nb\nc\nd\ne\nf\ng\nh').write('e', 'E');
    assert.deepEqual(
      editsOf(edited.document).map(({ line, linesBefore, linesAfter }) => [line, linesBefore, linesAfter]),
      [[5, ['b', 'c', 'd'], ['f', 'g', 'h']]],
    );
    edited.write('E', ' e ');
    assert.deepEqual(editsOf(edited.document), []);
    edited.write(' e ', 'x'.repeat(5000));
    assert.deepEqual(editsOf(edited.document), []);
    edited.write('x'.repeat(5000), 'x\n'.repeat(30));
    assert.deepEqual(editsOf(edited.document), []);
  });

  it('leaves out the line that is being changed, and says what it was', () => {
    const edited = new Edited('a1\nb1\nc1\nd1').write('a1', 'a2').write('b1', 'b').write('c1', 'c2');
    const { edits, lineBefore } = editsBeside(edited.document, 1);
    assert.equal(lineBefore, 'b1');
    assert.deepEqual(
      edits.map(({ line, before, after }) => [line, before, after]),
      [
        [1, ['a1'], ['a2']],
        [3, ['c1'], ['c2']],
      ],
    );
  });

  it('has the new lines above the one that is being written, of which nothing stood there before', () => {
    const edited = new Edited('a1\nz').write('a1', 'a2').write('a2\n', 'a2\nb\nc\n');
    const { edits, lineBefore } = editsBeside(edited.document, 2);
    assert.equal(lineBefore, undefined);
    assert.deepEqual(
      edits.map(({ before, after, linesAfter }) => [before, after, linesAfter]),
      [[['a1'], ['a2', 'b'], ['c', 'z']]],
    );
  });
});
