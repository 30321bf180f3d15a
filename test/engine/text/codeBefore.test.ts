import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CODE_REACH, codeBefore } from '../../../src/engine/text/codeBefore.js';
import { openEndsAfter } from '../../../src/engine/text/openEnds.js';

const marks = (prefix: string, prefixOffset = 0, languageId = 'python'): string =>
  codeBefore({ prefix, prefixOffset, languageId })
    .cursor.open.map(({ mark }) => mark)
    .join('');

void describe('the code before a place', () => {
  it('is scanned from the start of the document', () => {
    const before = codeBefore({ prefix: '  f(\r\n    [a,\r  "', prefixOffset: 0, languageId: 'python' });
    assert.equal(before.text, '  f(\n    [a,\n  "');
    assert.equal(before.code, before.text);
    assert.deepEqual([before.cursor.inside, before.depthAtLineStart, before.isCut], ['"', 2, false]);
    assert.deepEqual(
      before.cursor.open.map(({ mark, indent }) => [mark, indent]),
      [
        ['(', 2],
        ['[', 4],
      ],
    );
  });

  it('or from a line that is surely code, where the start is out of sight', () => {
    const cut = 'of a long text (which is not code"""\n    a = [\ndef f(x):\n    return g(';
    assert.equal(marks(cut, 500), '(');
    assert.equal(codeBefore({ prefix: cut, prefixOffset: 500, languageId: 'python' }).isCut, true);
    const long = `${'x = 1\n'.repeat(CODE_REACH)}y = [`;
    assert.equal(marks(long), '[');
    assert.equal(codeBefore({ prefix: long, prefixOffset: 0, languageId: 'python' }).text.length, CODE_REACH);
  });

  it('so that what a middle leaves open is not read inside out', () => {
    // The editor sent half of a string with three quotes; the cursor is in code.
    const prefix = 'half of a text."""\n\ndef f(x):\n    return ';
    const openEnds = openEndsAfter(codeBefore({ prefix, prefixOffset: 900, languageId: 'python' }));
    assert.deepEqual(['g(', 'g(x)', '"""a', "'a'"].map(openEnds), ['bracket', 'nothing', 'text', 'nothing']);
  });
});
