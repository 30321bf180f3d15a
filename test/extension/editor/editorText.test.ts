import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { contextAround, holeAtCursor, replacedSpans } = await import('../../../src/extension/editor/editorText.js');

/** A document with the cursor at `|`. */
function drawn(
  drawing: string,
  ...rest: string[]
): { document: vscode.TextDocument; cursor: vscode.Position; fake: fake.FakeDocument } {
  const document = new fake.FakeDocument(drawing.replace('|', ''), ...rest);
  const real: unknown = document;
  const cursor: unknown = document.positionAt(drawing.indexOf('|'));
  return { document: real as vscode.TextDocument, cursor: cursor as vscode.Position, fake: document };
}

/** An IntelliSense item that replaces the `typed` units before the cursor and `after` units behind it. */
function itemAt(cursor: vscode.Position, typed: number, text: string, after = 0): vscode.SelectedCompletionInfo {
  const range: unknown = new fake.Range(cursor.translate(0, -typed), cursor.translate(0, after));
  return { text, range: range as vscode.Range };
}

test('the text around the cursor', () => {
  const { document, cursor } = drawn('let a = 1;\nfoo(|);\nbar();\n');
  assert.deepEqual(holeAtCursor(document, cursor, undefined)?.context, {
    prefix: 'let a = 1;\nfoo(',
    prefixOffset: 0,
    suffix: ');\nbar();\n',
    languageId: 'typescript',
    eol: '\n',
    indentUnit: '    ',
  });
});

test('a preface stands before the text of the document, and none of it is ahead', () => {
  const { document, cursor } = drawn('Fix |');
  const hole = holeAtCursor(document, cursor, undefined, '# a\n');
  assert.deepEqual([hole?.context.prefix, hole?.ahead, hole?.line], ['# a\nFix ', '', 0]);
});

test('line ends stay as they are', () => {
  const { document, cursor } = drawn('a\r\nb|\r\nc');
  const context = holeAtCursor(document, cursor, undefined)?.context;
  assert.deepEqual([context?.prefix, context?.suffix, context?.eol], ['a\r\nb', '\r\nc', '\r\n']);
});

test('a suggestion is inserted at the cursor, or replaces a part of its line', () => {
  const { document, cursor } = drawn('foo(|)');
  const hole = holeAtCursor(document, cursor, undefined);
  const item = hole?.item({ text: 'a);', replaceAfter: 1 });
  assert.equal(item?.insertText, 'a);');
  assert.deepEqual([item.range?.start.character, item.range?.end.character], [4, 5]);
});

test('what of the text before a suggestion is only in the IntelliSense list', () => {
  const { document, cursor } = drawn('a.ma|x;');
  assert.equal(holeAtCursor(document, cursor, undefined)?.ahead, '');
  assert.equal(holeAtCursor(document, cursor, itemAt(cursor, 2, 'map'))?.ahead, 'p');
  assert.equal(holeAtCursor(document, cursor, itemAt(cursor, 2, 'ma'))?.ahead, '');
  assert.equal(holeAtCursor(document, cursor, itemAt(cursor, 2, 'map', 1))?.ahead, '', 'it replaces what follows');
});

test('with an IntelliSense item: text as if it were inserted, suggestions begin with it and replace what it replaces', () => {
  const { document, cursor } = drawn('a.ma|x;');
  const hole = holeAtCursor(document, cursor, itemAt(cursor, 2, 'map', 1));
  assert.deepEqual([hole?.context.prefix, hole?.context.suffix], ['a.map', ';']);
  const item = hole?.item({ text: '((x) => x)', replaceAfter: 0 });
  assert.deepEqual(
    [item?.insertText, item?.range?.start.character, item?.range?.end.character],
    ['map((x) => x)', 2, 5],
  );
});

test('an IntelliSense item that does not continue what was typed', () => {
  const { document, cursor } = drawn('a.mp|');
  assert.equal(holeAtCursor(document, cursor, itemAt(cursor, 2, 'map')), undefined);
});

test('notebook: code of the same language in cells above comes first', () => {
  const cell = (text: string, language: string): fake.FakeDocument =>
    new fake.FakeDocument(text, language, 'vscode-notebook-cell', '/work/a.ipynb');
  const { document, cursor, fake: active } = drawn('print(|)', 'python', 'vscode-notebook-cell', '/work/a.ipynb');
  const cells = [
    cell('import os', 'python'),
    cell('# Title', 'markdown'),
    cell('x = 1', 'python'),
    active,
    cell('y', 'python'),
  ];
  fake.workspace.notebookDocuments = [{ getCells: () => cells.map((each) => ({ document: each })) }];
  const context = holeAtCursor(document, cursor, undefined)?.context;
  assert.deepEqual([context?.prefix, context?.suffix], ['import os\n\nx = 1\n\nprint(', ')']);
});

test('of a document of megabytes only what is sent is read', () => {
  const line = 'const value = compute(1, 2, 3);\n';
  const { document, cursor, fake: counted } = drawn(`${line.repeat(30_000)}|${line.repeat(30_000)}`);
  const context = holeAtCursor(document, cursor, undefined)?.context;
  assert.equal((context?.prefixOffset ?? 0) + (context?.prefix.length ?? 0), 30_000 * line.length);
  assert.ok(counted.read < 17_000, `${counted.read} units were read`);
});

test('an anchor between \\r and \\n: prefix and offset still agree', () => {
  const text = `${'x'.repeat(4095)}\r\n${'y'.repeat(13_000)}`;
  const { document } = drawn(`${text}|`);
  const { prefix, prefixOffset } = contextAround(document, { start: text.length, end: text.length });
  assert.equal(prefix, text.slice(prefixOffset));
});

test('edits as spans', () => {
  const event = { contentChanges: [{ rangeOffset: 3, rangeLength: 2, text: 'abc' }] };
  assert.deepEqual(replacedSpans(event as unknown as vscode.TextDocumentChangeEvent), [
    { span: { start: 3, end: 5 }, newLength: 3 },
  ]);
});
