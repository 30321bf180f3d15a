import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePosition, parseRange, PositionIndex } from '../../../src/cli/input/textPosition.js';
import { UsageError } from '../../../src/cli/input/usageError.js';

const usage = (message: RegExp): { name: string; message: RegExp } => ({ name: UsageError.name, message });

void describe('positions', () => {
  it('are written LINE:COLUMN', () => {
    assert.deepEqual(parsePosition('12:5'), { line: 12, column: 5 });
    assert.deepEqual(parseRange('1:2-3:4'), [
      { line: 1, column: 2 },
      { line: 3, column: 4 },
    ]);
    for (const wrong of ['', '12', '12:', ':5', 'a:b', '1:2:3', '-1:2', '1.5:2', '99999999999:1']) {
      assert.throws(() => parsePosition(wrong), usage(/is no position/), wrong);
    }
    assert.throws(() => parseRange('1:2'), usage(/is no range/));
  });

  it('count lines as editors do and columns in UTF-16 units', () => {
    const text = 'ab\r\nc\rd\n\n😀x';
    const index = new PositionIndex(text, 'f');
    const offsets = ['1:1', '1:3', '2:1', '3:2', '4:1', '5:1', '5:3', '5:4'].map((at) =>
      index.offsetOf(parsePosition(at)),
    );
    assert.deepEqual(offsets, [0, 2, 4, 7, 8, 9, 11, 12]);
    assert.equal(offsets.at(-1), text.length);
  });

  it('outside of the text are errors that say what there is', () => {
    const index = new PositionIndex('ab\r\n😀', 'main.ts');
    assert.throws(() => index.offsetOf({ line: 3, column: 1 }), usage(/main\.ts has no line 3: its lines are 1 to 2/));
    assert.throws(() => index.offsetOf({ line: 0, column: 1 }), usage(/no line 0/));
    assert.throws(() => index.offsetOf({ line: 1, column: 4 }), usage(/no column 4: its columns are 1 to 3/));
    assert.throws(() => index.offsetOf({ line: 1, column: 0 }), usage(/no column 0/));
    assert.throws(() => index.offsetOf({ line: 2, column: 2 }), usage(/inside the character 😀.*choose 1 or 3/));
    assert.throws(() => index.spanOf(parseRange('1:2-1:2')), usage(/is empty/));
    assert.throws(() => index.spanOf(parseRange('2:1-1:1')), usage(/is empty/));
  });

  it('lead back to where they came from', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\r\n', '\r', 'ß', '😀') });
    fc.assert(
      fc.property(texts, fc.nat(), (text, choice) => {
        const index = new PositionIndex(text, 'f');
        const offset = choice % (text.length + 1);
        const around = text.slice(offset - 1, offset + 1);
        fc.pre(around !== '\r\n' && !/^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(around));
        assert.equal(index.offsetOf(index.positionOf(offset)), offset);
      }),
    );
  });
});
