import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { anyCharacter } from '../anyCharacter.js';
import { type Hole, holeAt } from '../../src/languageServer/hole.js';

function document(text: string, languageId = 'typescript'): TextDocument {
  return TextDocument.create('file:///a.ts', languageId, 1, text);
}

/** `|` is the cursor. */
function drawn(drawing: string): { readonly text: TextDocument; readonly hole: Hole } {
  const at = drawing.indexOf('|');
  const text = document(drawing.replace('|', ''));
  const hole = holeAt(text, text.positionAt(at), undefined);
  assert.ok(hole !== undefined);
  return { text, hole };
}

describe('the hole at a cursor', () => {
  test('is between all that stands before and behind it', () => {
    const { hole } = drawn('const 𝕏 = "🎉";\r\nfoo(|);\r\n');
    const { prefix, suffix, eol, languageId } = hole.context;
    assert.deepEqual([prefix, suffix, eol, languageId], ['const 𝕏 = "🎉";\r\nfoo(', ');\r\n', '\r\n', 'typescript']);
  });

  test('is where the position says in UTF-16 units, but never inside of a character or a line end', () => {
    const text = document('a🎉b\r\nc');
    const prefixAt = (character: number): string | undefined =>
      holeAt(text, { line: 0, character }, undefined)?.context.prefix;
    assert.deepEqual([0, 1, 2, 3, 4, 5, 99].map(prefixAt), ['', 'a', 'a', 'a🎉', 'a🎉b', 'a🎉b', 'a🎉b']);
  });

  test('says one level of indentation, and the language as the engine knows it', () => {
    const text = document('if x; then\n\techo 1\nfi\n', 'sh');
    const context = holeAt(text, { line: 1, character: 7 }, undefined)?.context;
    assert.deepEqual([context?.indentUnit, context?.languageId], ['\t', 'shellscript']);
  });

  test('of a large document has its end and its start only', () => {
    const { hole } = drawn(`${'// line of text\n'.repeat(5000)}|${'// line of text\n'.repeat(5000)}`);
    const { prefix, prefixOffset, suffix } = hole.context;
    assert.equal(prefix.length + prefixOffset, 80_000);
    assert.ok(prefix.length >= 8192 && prefix.length <= 12_288);
    assert.equal(suffix.length, 4000);
  });
});

describe('an item', () => {
  test('is put in at the cursor', () => {
    const { hole } = drawn('return |;');
    const at = { line: 0, character: 7 };
    assert.deepEqual(hole.item({ text: 'a + b', replaceAfter: 0 }), {
      insertText: 'a + b',
      range: { start: at, end: at },
    });
  });

  test('that closes what the editor has closed too replaces it, and is shown all the same', () => {
    const { text, hole } = drawn('foo(|)');
    const item = hole.item({ text: 'bar(1))', replaceAfter: 1 });
    assert.deepEqual(item.range, { start: { line: 0, character: 4 }, end: { line: 0, character: 5 } });
    assert.ok(item.filterText?.startsWith(text.getText(item.range)), 'clients would hide it');
  });

  test('changes nothing but what stands in its range', () => {
    const part = fc.string({ unit: fc.oneof(anyCharacter, fc.constantFrom('\n', '\r\n', '\r', '🎉')), maxLength: 30 });
    fc.assert(
      fc.property(part, part, (before, after) => {
        const text = document(before + after);
        const at = text.positionAt(before.length);
        const hole = holeAt(text, at, undefined);
        assert.ok(hole !== undefined);
        const { prefix, suffix } = hole.context;
        assert.equal(prefix + suffix, before + after);
        const { insertText, range } = hole.item({ text: 'new', replaceAfter: 0 });
        assert.ok(range !== undefined && typeof insertText === 'string');
        const edited = TextDocument.applyEdits(text, [{ range, newText: insertText }]);
        assert.equal(edited, `${prefix}new${suffix}`);
      }),
    );
  });
});

describe('with an entry of a list selected, the hole', () => {
  const text = document('console.lo();');
  const range = { start: { line: 0, character: 8 }, end: { line: 0, character: 10 } };
  const cursor = { line: 0, character: 10 };

  test('begins behind the entry, and items begin with it', () => {
    const hole = holeAt(text, cursor, { range, text: 'log' });
    assert.ok(hole !== undefined);
    assert.equal(hole.context.prefix, 'console.log');
    assert.equal(hole.context.suffix, '();');
    assert.equal(hole.ahead, 'g');
    assert.deepEqual(hole.item({ text: '("a")', replaceAfter: 0 }), { insertText: 'log("a")', range });
  });

  test('is none where the entry does not continue what was typed', () => {
    assert.equal(holeAt(text, cursor, { range, text: 'error' }), undefined);
  });

  test('is none where the cursor is not in what the entry replaces, or that has several lines', () => {
    const elsewhere = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };
    assert.equal(holeAt(text, cursor, { range: elsewhere, text: 'console' }), undefined);
    const lines = document('a\nb');
    const both = { start: { line: 0, character: 0 }, end: { line: 1, character: 1 } };
    assert.equal(holeAt(lines, { line: 1, character: 1 }, { range: both, text: 'a\nbc' }), undefined);
  });
});
