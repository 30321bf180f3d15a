import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { EditWatch } = await import('../../../src/extension/project/editWatch.js');

/** A document of the editor whose text changes. */
class Document {
  readonly languageId = 'typescript';
  readonly isUntitled = false;
  readonly isClosed = false;
  readonly eol = fake.EndOfLine.LF;
  isDirty = true;
  reads = 0;

  constructor(
    private text: string,
    readonly uri: fake.Uri,
  ) {}

  get lineCount(): number {
    return this.text.split('\n').length;
  }

  lineAt(line: number): { range: fake.Range } {
    const end = new fake.Position(line, this.text.split('\n')[line]?.length ?? 0);
    return { range: new fake.Range(new fake.Position(line, 0), end) };
  }

  offsetAt({ line, character }: fake.Position): number {
    const before = this.text.split('\n').slice(0, line);
    return before.reduce((sum, each) => sum + each.length + 1, 0) + character;
  }

  getText(): string {
    this.reads++;
    return this.text;
  }

  /** Writes `text` where `old` stands first, and tells it as VS Code does. */
  write(old: string, text: string, reason?: number): void {
    const at = this.text.indexOf(old);
    const placeOf = (offset: number): fake.Position => {
      const lines = this.text.slice(0, offset).split('\n');
      return new fake.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
    };
    const range = new fake.Range(placeOf(at), placeOf(at + old.length));
    this.text = this.text.slice(0, at) + text + this.text.slice(at + old.length);
    fake.changeTextDocument({ document: this, contentChanges: [{ range, text }], reason });
  }
}

const visibleChanged = new fake.EventEmitter<unknown>();
const saved = new fake.EventEmitter<unknown>();
const closed = new fake.EventEmitter<unknown>();
const [cart, list, secret] = ['cart.ts', 'list.ts', '.env'].map((name) => fake.Uri.parse(`file:///shop/${name}`)) as [
  fake.Uri,
  fake.Uri,
  fake.Uri,
];

void describe('the watch over edits', () => {
  let watch: InstanceType<typeof EditWatch>;
  let documents: Document[];
  let takesPart: (document: Document) => boolean;

  beforeEach(() => {
    takesPart = ({ uri }) => !uri.path.endsWith('.env');
    documents = [];
    Object.assign(fake.window, {
      onDidChangeVisibleTextEditors: visibleChanged.event,
      tabGroups: { all: [] },
      visibleTextEditors: [],
    });
    Object.assign(fake.workspace, { onDidSaveTextDocument: saved.event, onDidCloseTextDocument: closed.event });
    Object.defineProperty(fake.workspace, 'textDocuments', { get: () => documents, configurable: true });
    watch = new EditWatch(async (document) => takesPart(document as unknown as Document));
  });
  afterEach(() => watch.dispose());

  async function show(uri: fake.Uri, text: string): Promise<Document> {
    const document = new Document(text, uri);
    documents.push(document);
    fake.window.visibleTextEditors = documents.map((each) => ({ document: each }));
    visibleChanged.fire({});
    await nextTurn();
    return document;
  }

  const recentAt = (document: Document, line: number) => {
    const { edits, lineBefore } = watch.recentAt(document as unknown as vscode.TextDocument, line);
    return { edits: edits.map(({ path, line: at, before, after }) => [path, at, before, after]), lineBefore };
  };

  it('tells the newest first, of all documents, and of the line that is being changed what it was', async () => {
    const [a, b] = [await show(cart, 'one\ntwo\nthree\n'), await show(list, 'four\n')];
    a.write('one', 'ONE');
    b.write('four', 'FOUR');
    a.write('three', '');
    assert.deepEqual(recentAt(a, 2), {
      edits: [
        ['shop/list.ts', 1, ['four'], ['FOUR']],
        ['shop/cart.ts', 1, ['one'], ['ONE']],
      ],
      lineBefore: 'three',
    });
    assert.equal(recentAt(b, 0).lineBefore, 'four');
  });

  it('forgets what undo takes back', async () => {
    const document = await show(cart, 'one\ntwo\nthree\n');
    document.write('one', 'ONE');
    document.write('three', 'THREE');
    document.write('ONE', 'one', fake.TextDocumentChangeReason.Undo);
    assert.deepEqual(recentAt(document, 1).edits, [['shop/cart.ts', 3, ['three'], ['THREE']]]);
  });

  it('reads nothing of a document that takes no part, and forgets one that does not any more', async () => {
    const [a, hidden] = [await show(cart, 'one\n'), await show(secret, 'KEY=1\n')];
    hidden.write('1', '2');
    a.write('one', 'ONE');
    assert.equal(hidden.reads, 0);
    assert.equal(recentAt(a, 5).edits.length, 1);
    takesPart = () => false;
    watch.beginAnew();
    await nextTurn();
    assert.deepEqual(recentAt(a, 5).edits, []);
    a.write('ONE', 'two');
    assert.deepEqual(recentAt(a, 5), { edits: [], lineBefore: undefined });
  });

  it('tells nothing of a document whose tab is gone', async () => {
    const [a, b] = [await show(cart, 'one\n'), await show(list, 'two\n')];
    a.write('one', 'ONE');
    assert.equal(recentAt(b, 0).edits.length, 1);
    fake.window.visibleTextEditors = [{ document: b }];
    assert.deepEqual(recentAt(b, 0).edits, [], 'the document lives on for a while');
    closed.fire(a);
    assert.deepEqual(recentAt(b, 0).edits, []);
  });

  it('keeps the last ten', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line${String(i)};`);
    const document = await show(cart, lines.join('\n'));
    for (let i = 0; i < 40; i += 2) document.write(`line${String(i)};`, `changed${String(i)};`);
    assert.deepEqual(
      recentAt(document, 100).edits.map(([, line]) => line),
      [39, 37, 35, 33, 31, 29, 27, 25, 23, 21],
    );
  });

  it('takes what was read anew from its file for no edit, and what was saved at once for one', async () => {
    const [a, b] = [await show(cart, 'one\n'), await show(list, 'two\n')];
    a.isDirty = false;
    b.isDirty = false;
    a.write('one', 'ONE');
    b.write('two', 'TWO');
    saved.fire(b);
    await sleep(700);
    assert.deepEqual(recentAt(a, 9).edits, [['shop/list.ts', 1, ['two'], ['TWO']]]);
    a.isDirty = true;
    a.write('ONE', 'three');
    assert.deepEqual(recentAt(b, 9).edits.at(0), ['shop/cart.ts', 1, ['ONE'], ['three']]);
  });

  it('begins anew where its copy is not the document', async () => {
    const document = await show(cart, 'one\n');
    fake.changeTextDocument({
      document,
      contentChanges: [{ range: new fake.Range(new fake.Position(0, 0), new fake.Position(0, 0)), text: 'a\nb\n' }],
    });
    assert.deepEqual(recentAt(document, 9).edits, []);
  });
});
