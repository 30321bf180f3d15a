import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import type { FoundNames } from '../../../src/extension/names/editorNames.js';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { EditorNames } = await import('../../../src/extension/names/editorNames.js');

const { Method, Snippet, Text } = fake.CompletionItemKind;
let asked: { readonly uri: string; readonly position: fake.Position }[] = [];
let items: object[] = [];
let answer: () => Promise<unknown>;

beforeEach(() => {
  asked = [];
  items = [];
  answer = () => Promise.resolve({ items });
  fake.commands.executeCommand = (command, uri, position) => {
    assert.equal(command, 'vscode.executeCompletionItemProvider');
    asked.push({ uri: String(uri), position: position as fake.Position });
    return answer();
  };
});

/** Asks at the `|` of a text. */
function ask(
  names: InstanceType<typeof EditorNames>,
  drawn: string,
  { version = 1, languageId = 'typescript' } = {},
): Promise<FoundNames> | undefined {
  const [prefix = '', suffix = ''] = drawn.split('|');
  const document = new fake.FakeDocument(prefix + suffix, languageId);
  document.version = version;
  return names.ask({
    document: document as unknown as vscode.TextDocument,
    cursor: document.positionAt(prefix.length) as unknown as vscode.Position,
    prefix,
    suffix,
  });
}

test('the names are the identifiers that are inserted, in the order of the list', async () => {
  items = [
    { label: 'zeta', sortText: '1', insertText: 'zeta', kind: Method },
    { label: 'old', insertText: 'old', kind: Method, tags: [fake.CompletionItemTag.Deprecated] },
    { label: 'for', insertText: 'for', kind: Snippet },
    { label: 'word', insertText: 'word', kind: Text },
    { label: 'maybe?', sortText: '2', insertText: 'maybe', kind: Method },
    { label: { label: 'call' }, sortText: '0', insertText: new fake.SnippetString('call($1)'), kind: Method },
    { label: 'far', insertText: '?.far', kind: Method },
    {
      label: 'dotted',
      sortText: '5',
      insertText: '.dotted',
      kind: Method,
      range: { inserting: new fake.Range(new fake.Position(1, 5), new fake.Position(1, 6)) },
    },
    {
      label: 'questioned',
      insertText: '?.questioned',
      kind: Method,
      range: new fake.Range(new fake.Position(1, 5), new fake.Position(1, 6)),
    },
    { label: 'a-b', insertText: 'a-b', kind: Method },
    { label: 'plain', sortText: '3', kind: Method },
    { label: 'plain', sortText: '4', kind: Method },
  ];
  const found = await ask(new EditorNames(), 'const a = 1;\norder.|;');
  assert.deepEqual(found, { names: ['call', 'zeta', 'maybe', 'plain', 'dotted'], isLate: false });
  assert.deepEqual(asked, [{ uri: 'file:/work/a.ts', position: new fake.Position(1, 6) }]);
});

test('only names that begin as typed, at most 500', async () => {
  items = Array.from({ length: 1200 }, (_, i) => ({
    label: `${i % 2 === 0 ? 'get' : 'set'}${String(i)}`,
    kind: Method,
  }));
  const found = await ask(new EditorNames(), 'order.ge|');
  assert.equal(found?.names.length, 500);
  assert.ok(found.names.every((name) => name.startsWith('ge')));
});

test('nothing is asked where no name is written', () => {
  const names = new EditorNames();
  for (const drawn of ['const a = |', 'f(|)', '1.|', 'or|der']) assert.equal(ask(names, drawn), undefined);
  assert.equal(asked.length, 0);
});

test('once at a place, and while a name is written there', async () => {
  const names = new EditorNames();
  items = [{ label: 'total' }, { label: 'items' }];
  await ask(names, 'order.|;');
  await ask(names, 'order.|;');
  assert.equal(asked.length, 1);
  assert.deepEqual((await ask(names, 'order.t|;', { version: 2 }))?.names, ['total']);
  assert.deepEqual((await ask(names, 'order.to|;', { version: 3 }))?.names, ['total']);
  assert.equal(asked.length, 1);
  await ask(names, 'orders.to|;', { version: 4 });
  assert.equal(asked.length, 2, 'another text before it');
  await ask(names, 'orders.|;', { version: 5 });
  assert.equal(asked.length, 3, 'another version, with nothing begun');
});

test('a list that never comes is waited for 60 ms, and three of them no more', async (t) => {
  let time = 0;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const names = new EditorNames(() => time);
  const pass = (ms: number): void => {
    time += ms;
    t.mock.timers.tick(ms);
  };
  answer = () => new Promise(() => undefined);
  for (let i = 1; i <= 3; i++) {
    let found: FoundNames | undefined;
    void ask(names, `order${String(i)}.|`, { version: i, languageId: 'slow' })?.then((each) => (found = each));
    pass(59);
    await new Promise(setImmediate);
    assert.equal(found, undefined);
    pass(1);
    await new Promise(setImmediate);
    assert.deepEqual(found, { names: [], isLate: true });
    pass(10);
  }
  assert.equal(ask(names, 'order4.|', { version: 4, languageId: 'slow' }), undefined);
  answer = () => Promise.resolve({ items: [{ label: 'total' }] });
  assert.deepEqual((await ask(names, 'order4.|', { version: 4 }))?.names, ['total'], 'another language');
  time += 5 * 60_000;
  assert.deepEqual((await ask(names, 'order5.|', { version: 5, languageId: 'slow' }))?.names, ['total']);
});

test('what goes wrong in another extension is no name', async () => {
  answer = () => Promise.reject(new Error('no provider'));
  assert.deepEqual(await ask(new EditorNames(), 'a.|'), { names: [], isLate: false });
  answer = () => Promise.resolve(undefined);
  assert.deepEqual(await ask(new EditorNames(), 'a.|'), { names: [], isLate: false });
});

test('an empty list stands for a second, for a server may have been starting', async () => {
  let time = 0;
  const names = new EditorNames(() => time);
  assert.deepEqual((await ask(names, 'order.|'))?.names, []);
  items = [{ label: 'total' }];
  time = 999;
  assert.deepEqual((await ask(names, 'order.|'))?.names, []);
  assert.equal(asked.length, 1);
  time = 1000;
  assert.deepEqual((await ask(names, 'order.|'))?.names, ['total']);
  time = 9000;
  assert.deepEqual((await ask(names, 'order.|'))?.names, ['total']);
  assert.equal(asked.length, 2);
});
