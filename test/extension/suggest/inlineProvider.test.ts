import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import type { ShownSuggestion } from '../../../src/extension/suggest/fetchAhead.js';
import type { SuggestAnswer, Suggester, SuggestRequest } from '../../../src/extension/suggest/suggester.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { RecentEdits } from '../../../src/shared/recentEdit.js';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { EditorNames } = await import('../../../src/extension/names/editorNames.js');
const { AskedByKey } = await import('../../../src/extension/suggest/askedByKey.js');
const { InlineProvider } = await import('../../../src/extension/suggest/inlineProvider.js');

type ProvideParameters = Parameters<InstanceType<typeof InlineProvider>['provideInlineCompletionItems']>;

const RECENT: RecentEdits = { edits: [], lineBefore: 'foo(a)' };
const asked: SuggestRequest[] = [];
const askedAhead: SuggestRequest[] = [];
const errors: InfillError[] = [];
/** What a person who asked was offered alternatives to, and how many. */
const offered: (readonly [SuggestRequest, number])[] = [];
let others: SuggestAnswer | undefined;
/** What the editor was given and is read now. */
const shown: ShownSuggestion[] = [];
let requests = new RequestLog();
let answer: SuggestAnswer;
let quietBecause: string | undefined;
const notes: string[] = [];
let closedLists = 0;
/** Requests whose drafts are shown, each with whether it goes on from one before. */
const begun: boolean[] = [];
let livePossible = true;
/** Which hosted model is asked. */
const hosted: { active: unknown } = { active: undefined };
let provider: InstanceType<typeof InlineProvider>;

beforeEach(() => {
  asked.length = 0;
  errors.length = 0;
  shown.length = 0;
  askedAhead.length = 0;
  offered.length = 0;
  others = undefined;
  requests = new RequestLog();
  quietBecause = undefined;
  closedLists = 0;
  notes.length = 0;
  begun.length = 0;
  livePossible = true;
  hosted.active = undefined;
  answer = { kind: 'suggestions', source: 'model', suggestions: [{ text: 'a, b', replaceAfter: 0 }] };
  fake.window.activeTextEditor = undefined;
  fake.workspace.notebookDocuments = [];
  provider = newProvider();
  for (const key of Object.keys(fake.configuration)) {
    Reflect.deleteProperty(fake.configuration, key);
  }
});

function newProvider(): InstanceType<typeof InlineProvider> {
  const suggester = {
    suggest: (request: SuggestRequest) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
    isUnderWay: () => false,
    goesAlong: () => false,
    askAhead: (request: SuggestRequest) => {
      askedAhead.push(request);
      return Promise.resolve({ kind: 'none', source: 'model', reason: 'empty', detail: '' });
    },
  } as unknown as Suggester;
  const exclusion = new FileExclusion(() => undefined);
  const edits = { recentAt: () => RECENT };
  const names = new EditorNames();
  return new InlineProvider({
    suggester,
    exclusion,
    edits,
    requests,
    names,
    quiet: { because: () => quietBecause },
    alternatives: {
      requested: () => undefined,
      offer: (request, first, most) => {
        offered.push([request, most]);
        return Promise.resolve({ answer: others ?? first, settled: Promise.resolve() });
      },
    },
    fetchAhead: { shown: (suggestion) => shown.push(suggestion), nothingShown: () => shown.splice(0) },
    asks: new AskedByKey(),
    live: {
      frame: () => undefined,
      asked: () => false,
      current: undefined,
      isPossible: livePossible,
      begin: async (asking, goesOn, token) => {
        begun.push(goesOn);
        return { kind: 'answer', answer: await asking.ask(token, () => undefined) };
      },
    },
    closeList: () => closedLists++,
    note: { show: (_document, _cursor, reason) => notes.push(reason), clear: () => undefined },
    onError: (error) => errors.push(error),
    hosted,
  });
}

async function provide(
  trigger: 'automatic' | 'manual',
  document = new fake.FakeDocument('foo()'),
  selected?: { text: string; range: fake.Range },
  cursor = new fake.Position(0, 4),
): Promise<vscode.InlineCompletionItem[]> {
  const kinds = fake.InlineCompletionTriggerKind;
  const parameters: readonly unknown[] = [
    document,
    cursor,
    { triggerKind: trigger === 'automatic' ? kinds.Automatic : kinds.Invoke, selectedCompletionInfo: selected },
    { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) },
  ];
  return provider.provideInlineCompletionItems(...(parameters as ProvideParameters));
}

function editorWith(document: fake.FakeDocument, ...selections: { isEmpty: boolean; end: fake.Position }[]): void {
  fake.window.activeTextEditor = { document, selections };
}

function cursorAt(line: number, character: number): { isEmpty: boolean; end: fake.Position } {
  return { isEmpty: true, end: new fake.Position(line, character) };
}

test('while typing there is a delay; when asked for there is none, and alternatives are offered', async () => {
  assert.equal((await provide('automatic')).length, 1);
  assert.deepEqual(offered, []);
  others = { ...answer, suggestions: ['a, b', 'c'].map((text) => ({ text, replaceAfter: 0 })) } as SuggestAnswer;
  assert.deepEqual(
    (await provide('manual')).map(({ insertText }) => insertText),
    ['a, b', 'c'],
  );
  assert.deepEqual(offered, [[asked[1], 3]]);
  assert.deepEqual(
    asked.map(({ options, delay }) => [options.candidates, delay?.mode]),
    [
      [1, 'adaptive'],
      [1, undefined],
    ],
  );
});

/** An entry of the IntelliSense list that inserts this at the cursor. */
function entry(text: string): { text: string; range: fake.Range } {
  return { text, range: new fake.Range(new fake.Position(0, 4), new fake.Position(0, 4)) };
}

test('the list closes while a person waits: what VS Code asks then is asked for, and a note of it kept', async () => {
  await provide('manual', undefined, entry('add'));
  await provide('automatic');
  assert.deepEqual(
    asked.map(({ options, delay, ahead }) => [options.candidates, delay, ahead]),
    [
      [1, undefined, 'add'],
      [1, undefined, ''],
    ],
  );
  assert.deepEqual(
    requests.records.map(({ trigger }) => trigger),
    ['manual', 'manual'],
  );
});

test('an entry nobody chose that goes on from nothing is out of the way when a person asks, not while typing', async () => {
  const replaced = { text: 'bar', range: new fake.Range(new fake.Position(0, 0), new fake.Position(0, 4)) };
  await provide('automatic', undefined, replaced);
  assert.equal(closedLists, 0);
  await provide('manual', undefined, replaced);
  assert.equal(closedLists, 1);
  await provide('manual', undefined, { ...replaced, text: 'baz' });
  assert.equal(closedLists, 1, 'a person went to this one');
});

test('a request says which entry is selected, and whether a person went to it', async () => {
  await provide('automatic', undefined, entry('add'));
  await provide('automatic', undefined, entry('items'));
  await provide('automatic');
  assert.deepEqual(
    asked.map((request) => request.entry),
    [{ ahead: 3, isChosen: false }, { ahead: 5, isChosen: true }, undefined],
  );
});

test('an unlikely entry is out of the way when a person asks', async () => {
  answer = { kind: 'none', source: 'model', reason: 'unlikely-entry', detail: '' };
  await provide('automatic', undefined, entry('add'));
  assert.equal(closedLists, 0);
  await provide('manual', undefined, entry('add'));
  assert.equal(closedLists, 1);
  assert.deepEqual(notes, [], 'the answer is to come');
});

test('where VS Code draws nothing of a line any more, nothing is read or asked', async () => {
  const long = new fake.FakeDocument('x'.repeat(20_000));
  const at = (character: number): Promise<vscode.InlineCompletionItem[]> =>
    provide('manual', long, undefined, new fake.Position(0, character));
  await at(10_000);
  assert.deepEqual([asked.length, long.read, requests.records[0]?.reason], [0, 0, 'not-drawn']);
  await at(9_999);
  assert.equal(asked.length, 1);
  fake.configuration['stopRenderingLineAfter'] = -1;
  await at(15_000);
  assert.equal(asked.length, 2, 'all of the line is drawn');
  fake.configuration['stopRenderingLineAfter'] = 200;
  await at(200);
  assert.equal(asked.length, 2);
});

test('a person who gets nothing is told why at the cursor; while typing nobody is', async () => {
  answer = { kind: 'none', source: 'model', reason: 'empty', detail: '' };
  await provide('automatic');
  assert.deepEqual(notes, []);
  await provide('manual');
  assert.deepEqual(notes, ['empty']);
  answer = { kind: 'none', source: 'editor', reason: 'cancelled', detail: '' };
  await provide('manual');
  assert.deepEqual(notes, ['empty'], 'who went on does not wait for a word');
});

test('settings are read for each request', async () => {
  await provide('automatic');
  fake.configuration['steps'] = 5;
  await provide('automatic');
  assert.deepEqual(
    asked.map(({ options }) => options.steps),
    [8, 5],
  );
});

test('what was changed lately goes along, unless the project is to be left aside', async () => {
  await provide('automatic');
  fake.configuration['project'] = 'off';
  await provide('automatic');
  assert.deepEqual(
    asked.map(({ recent }) => recent),
    [RECENT, undefined],
  );
});

test('the record tells what happened', async () => {
  assert.equal((await provide('automatic'))[0]?.insertText, 'a, b');
  const [record] = requests.records;
  assert.deepEqual(
    [record?.file, record?.trigger, record?.outcome, record?.source, record?.candidates],
    ['work/a.ts', 'automatic', 'suggested', 'model', 1],
  );
  assert.deepEqual(record?.place, { document: 'file:/work/a.ts', version: 1, line: 0, character: 4 });
});

test('switched off: nothing is asked, and the reason recorded', async () => {
  fake.configuration['enabled'] = false;
  assert.deepEqual(await provide('manual'), []);
  assert.equal(asked.length, 0);
  assert.equal(requests.records[0]?.reason, 'disabled');
});

test('of an excluded file nothing is read', async () => {
  const secret = new fake.FakeDocument('KEY=1', 'plaintext', 'file', '/work/.env.local');
  assert.deepEqual(await provide('manual', secret), []);
  assert.equal(requests.records[0]?.reason, 'excluded-file');
  assert.equal(secret.read, 0);
});

/** What nothing may be read of: language, scheme and path of a document. */
const NEVER_READ: Readonly<Record<string, readonly [string, string, string]>> = {
  'a search editor': ['search-result', 'search-editor', '/a.code-search'],
  'a saved search': ['search-result', 'file', '/work/a.code-search'],
  'a saved search without its language': ['plaintext', 'file', '/work/a.code-search'],
  'a patch': ['diff', 'file', '/work/a.patch'],
  'a commit message with the changes below it': ['git-commit', 'file', '/work/.git/COMMIT_EDITMSG'],
  'an output pane': ['log', 'output', 'extension-output-#1'],
  'the debug console': ['typescript', 'debug', 'replinput'],
  'an earlier version of a file': ['typescript', 'git', '/work/a.ts'],
  'the local history of a file': ['typescript', 'vscode-local-history', '/work/a.ts'],
  'an untitled copy of an environment': ['dotenv', 'untitled', 'Untitled-1'],
  'an untitled list of properties': ['properties', 'untitled', 'Untitled-1'],
  'an untitled INI file': ['ini', 'untitled', 'Untitled-1'],
  'untitled variables of Terraform': ['terraform-vars', 'untitled', 'Untitled-1'],
  'an untitled document that is to become an environment': ['plaintext', 'untitled', '/work/.env'],
  'a file whose language was set to that of environments': ['dotenv', 'file', '/work/production.conf'],
  'a cell of an excluded notebook': ['python', 'vscode-notebook-cell', '/work/secrets/a.ipynb'],
};

for (const [name, [language, scheme, path]] of Object.entries(NEVER_READ)) {
  test(`of ${name} nothing is read`, async () => {
    const document = new fake.FakeDocument('KEY=tok-1', language, scheme, path);
    assert.deepEqual(await provide('manual', document), []);
    assert.match(requests.records[0]?.reason ?? '', /^(excluded-file|foreign-view)$/);
    assert.notEqual(requests.records[0]?.detail, '');
    assert.equal(document.read, 0);
    assert.equal(asked.length, 0);
  });
}

for (const [language, scheme, path] of [
  ['typescript', 'untitled', 'Untitled-1'],
  ['properties', 'file', '/work/log4j.properties'],
  ['ini', 'file', '/work/setup.cfg'],
  ['typescript', 'sftp', '/host/a.ts'],
  ['jsonc', 'vscode-userdata', '/User/settings.json'],
] as const) {
  test(`${scheme}:${path} in ${language} is read`, async () => {
    await provide('manual', new fake.FakeDocument('foo()', language, scheme, path));
    assert.equal(asked.length, 1);
  });
}

test('who allows environments allows untitled ones too', async () => {
  fake.configuration['excludedFiles'] = { '**/*.pem': true, '**/.env*': false };
  await provide('manual', new fake.FakeDocument('foo()', 'dotenv', 'untitled', 'Untitled-1'));
  assert.equal(asked.length, 1);
});

test('cells of a notebook are read where the notebook is a file, not where it is an earlier version of one', async () => {
  const cells = [0, 1].map(() => new fake.FakeDocument('foo()', 'python', 'vscode-notebook-cell', '/work/a.ipynb'));
  for (const scheme of ['git', 'file']) {
    const { uri } = new fake.FakeDocument('', 'json', scheme, '/work/a.ipynb');
    fake.workspace.notebookDocuments = [{ uri, getCells: () => cells.map((document) => ({ document })) }];
    await provide('manual', cells[1]);
    const read = cells.some((cell) => cell.read > 0);
    assert.deepEqual(
      [requests.records.at(-1)?.reason, read],
      scheme === 'git' ? ['foreign-view', false] : [undefined, true],
    );
  }
  assert.equal(asked[0]?.context.prefix, 'foo()\n\nfoo(');
});

test('a link to an excluded file is one too', { skip: process.platform === 'win32' }, async (t) => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'infill-link-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['.env', 'ordinary.txt']) {
    writeFileSync(join(folder, name), 'KEY=1');
    symlinkSync(name, join(folder, `link to ${name}.txt`));
    const document = new fake.FakeDocument('KEY=1', 'plaintext', 'file', join(folder, `link to ${name}.txt`));
    await provide('manual', document);
    assert.equal(document.read > 0, name === 'ordinary.txt', name);
  }
  assert.deepEqual(
    requests.records.map(({ reason }) => reason),
    ['excluded-file', undefined],
  );
});

test('a selection while typing', async () => {
  const document = new fake.FakeDocument('foo()');
  editorWith(document, { ...cursorAt(0, 4), isEmpty: false });
  await provide('automatic', document);
  assert.equal(requests.records[0]?.reason, 'selection');
  await provide('manual', document);
  assert.equal(asked.length, 1);
});

test('several cursors: asked at the first one, VS Code repeats it at the others', async () => {
  const document = new fake.FakeDocument('foo()\nbar()\nbaz()');
  editorWith(document, cursorAt(0, 4), cursorAt(2, 4), cursorAt(1, 4));
  await provide('automatic', document);
  await provide('manual', document);
  assert.deepEqual(
    asked.map(({ context, otherCursors }) => [context.prefix, otherCursors]),
    [
      ['foo(', [6, 12]],
      ['foo(', [6, 12]],
    ],
  );
});

test('where nothing is suggested unasked, what a person asked for still stands', async () => {
  await provide('automatic', new fake.FakeDocument('foobar()'));
  fake.configuration['automatic'] = false;
  await provide('automatic');
  await provide('manual');
  assert.deepEqual(
    asked.map(({ unwelcome }) => unwelcome?.reason),
    ['unsuitable-position', 'not-asked', undefined],
  );
});

test('snoozed, nothing is asked unasked, and who asks is answered', async () => {
  quietBecause = 'Snoozed for this session.';
  await provide('automatic');
  await provide('manual');
  assert.deepEqual(
    asked.map(({ unwelcome }) => unwelcome),
    [{ reason: 'not-asked', detail: 'Snoozed for this session.' }, undefined],
  );
});

test('failures are told only to a person who asked', async () => {
  const error = new InfillError('model-missing', 'No model.', '');
  answer = { kind: 'none', reason: 'error', detail: 'No model.', source: 'model', error };
  await provide('automatic');
  assert.deepEqual(errors, []);
  await provide('manual');
  assert.deepEqual(errors, [error]);
});

test('the request says which text of the project it is about, unless the project takes no part', async () => {
  await provide('manual');
  fake.configuration['project'] = 'off';
  await provide('manual');
  assert.deepEqual(
    asked.map(({ context }) => context.uri),
    ['file:/work/a.ts', undefined],
  );
});

test('a cell of a notebook is part of the text of its notebook in its language', async () => {
  const cell = new fake.FakeDocument('foo()', 'python', 'vscode-notebook-cell', '/work/a.ipynb');
  const uri = { ...new fake.FakeDocument('', '', 'file', '/work/a.ipynb').uri };
  fake.workspace.notebookDocuments = [{ uri, getCells: () => [{ document: cell }] }];
  await provide('manual', cell);
  assert.equal(asked[0]?.context.uri, 'file:/work/a.ipynb#python');
});

test('names are asked for where a name is written, unless a setting or the suggest widget says what it is', async () => {
  const lists: unknown[] = [];
  fake.commands.executeCommand = (command) => {
    lists.push(command);
    return Promise.resolve({ items: [{ label: 'total' }] });
  };
  await provide('manual', new fake.FakeDocument('abc.;'));
  assert.deepEqual(await asked[0]?.names?.(), { names: ['total'], isLate: false });
  fake.configuration['names.enabled'] = false;
  await provide('manual', new fake.FakeDocument('abc.;'));
  assert.equal(asked[1]?.names, undefined);
  assert.equal(lists.length, 1);
});

test('what will be asked after accepting is the document with the text in it', async () => {
  const document = new fake.FakeDocument('foo()');
  editorWith(document, cursorAt(0, 4));
  answer = { kind: 'suggestions', source: 'model', suggestions: [{ text: 'a, b', replaceAfter: 0 }], confidence: 0.7 };
  await provide('manual', document);
  const [suggestion] = shown;
  assert.ok(suggestion);
  assert.deepEqual([suggestion.confidence, suggestion.isStill()], [0.7, true]);
  await suggestion.askOnceAccepted();
  await suggestion.askOnNextLine();
  assert.equal(askedAhead.length, 1, 'the bracket stands behind it: Enter opens no line');
  assert.equal(requests.records.at(-1)?.trigger, 'ahead');
  const [{ context, options, delay, recent, names, unwelcome } = assert.fail()] = askedAhead;
  assert.deepEqual([context.prefix, context.suffix], ['foo(a, b', ')']);
  assert.deepEqual([options.candidates, delay?.mode], [1, 'adaptive'], 'as VS Code asks by itself then');
  assert.deepEqual([recent, names, unwelcome], [RECENT, undefined, undefined]);
  editorWith(document, cursorAt(0, 3));
  assert.equal(suggestion.isStill(), false);
});

test('after a whole line the next one is asked for, indented; what the line was before is not told of it', async () => {
  const document = new fake.FakeDocument('if (');
  editorWith(document, cursorAt(0, 4));
  answer = { kind: 'suggestions', source: 'cache', suggestions: [{ text: 'a) {', replaceAfter: 0 }], confidence: 0.7 };
  await provide('automatic', document);
  await shown[0]?.askOnNextLine();
  const [next = assert.fail()] = askedAhead;
  assert.equal(next.context.prefix, `if (a) {\n${next.context.indentUnit}`);
  assert.deepEqual(next.recent, { edits: [] });
});

test('nothing is asked ahead with several cursors, switched off, or where VS Code would not ask by itself', async () => {
  const document = new fake.FakeDocument('foo()');
  editorWith(document, cursorAt(0, 4), cursorAt(0, 5));
  await provide('automatic', document);
  assert.deepEqual(shown, []);
  editorWith(document, cursorAt(0, 4));
  for (const setting of ['fetchAhead.enabled', 'automatic']) {
    fake.configuration[setting] = false;
    await provide('manual', document);
    assert.deepEqual(shown, [], setting);
    Reflect.deleteProperty(fake.configuration, setting);
  }
  answer = { kind: 'none', source: 'model', reason: 'empty', detail: '' };
  await provide('automatic', document);
  assert.deepEqual(shown, []);
});

function commitBox(text: string): fake.FakeDocument {
  return new fake.FakeDocument(text, 'scminput', 'vscode-scm', 'git/scm0/input', 'rootUri=file%3A%2F%2F%2Fwork');
}

/** Makes VS Code's git extension one that has a repository with these changes, by their numbers of the API. */
function repositoryWith(
  indexChanges: readonly (readonly [path: string, status: number])[],
  workingTreeChanges: typeof indexChanges = [],
): void {
  const changes = (of: typeof indexChanges): unknown =>
    of.map(([file, status]) => ({ uri: fake.Uri.file(file), status }));
  const state = {
    HEAD: { name: 'fix/keys' },
    indexChanges: changes(indexChanges),
    workingTreeChanges: changes(workingTreeChanges),
  };
  const repositories = [
    { rootUri: fake.Uri.file('/other'), state: {} },
    { rootUri: fake.Uri.file('/work'), state },
  ];
  const git = { isActive: true, exports: { enabled: true, getAPI: () => ({ repositories }) } };
  fake.extensions.getExtension = (id) => (id === 'vscode.git' ? git : undefined);
}

test('in the commit box the branch and the names of staged files stand before the message, but of no excluded file', async () => {
  const staged = [['/work/src/keys.ts', 0], ['/work/.env', 0], ['/work/src/new.ts', 1]] as const; // prettier-ignore
  repositoryWith(staged, [['/work/src/later.ts', 5]]);
  await provide('manual', commitBox('Fix '));
  const [{ context, recent, names }] = asked as [SuggestRequest];
  assert.equal(
    context.prefix,
    '# On branch fix/keys\n# Changes to be committed:\n#\tmodified:   /work/src/keys.ts\n#\tnew file:   /work/src/new.ts\n#\nFix ',
  );
  assert.deepEqual([context.uri, recent, names], [undefined, undefined, undefined], 'code has no part in it');
});

test('a hosted model is told neither the branch nor the names of files', async () => {
  repositoryWith([['/work/src/keys.ts', 0]], []);
  hosted.active = {};
  await provide('manual', commitBox('Fix '));
  assert.equal(asked[0]?.context.prefix, 'Fix ');
});

test('a commit box knows its repository, however its address is encoded', async () => {
  const state = { HEAD: { name: 'main' }, indexChanges: [], workingTreeChanges: [] };
  const repositories = [{ rootUri: fake.Uri.file('/work/a b+c'), state }];
  const git = { isActive: true, exports: { enabled: true, getAPI: () => ({ repositories }) } };
  fake.extensions.getExtension = () => git;
  for (const query of ['rootUri=file%3A%2F%2F%2Fwork%2Fa%2520b%2Bc', 'rootUri=file:///work/a%20b+c']) {
    await provide('manual', new fake.FakeDocument('Fix ', 'scminput', 'vscode-scm', 'git/scm0/input', query));
    assert.equal(asked.at(-1)?.context.prefix, '# On branch main\n#\nFix ');
  }
});

test('in the commit box everything that changed counts where nothing is staged', async () => {
  repositoryWith([], [['/work/later.ts', 6]]);
  await provide('manual', commitBox('Fix '));
  assert.match(asked[0]!.context.prefix, /#\tdeleted: {3}\/work\/later\.ts\n#\nFix $/);
});

test('in the commit box of another source control, and in comments, there is the message alone', async () => {
  fake.extensions.getExtension = () => undefined;
  await provide('manual', commitBox('Fix '));
  await provide('manual', new fake.FakeDocument('This ', 'markdown', 'comment', '/commentinput-1.md'));
  assert.deepEqual(
    asked.map(({ context }) => context.prefix.trim()),
    ['Fix', 'This'].map((each) => each.slice(0, 4)),
  );
});

test('no message is read where that is switched off', async () => {
  fake.configuration['messages.enabled'] = false;
  for (const document of [commitBox('Fix '), new fake.FakeDocument('This ', 'markdown', 'comment', '/c.md')]) {
    assert.deepEqual(await provide('manual', document), []);
    assert.equal(document.read, 0);
  }
  assert.deepEqual(
    requests.records.map(({ reason, detail }) => [reason, detail]),
    [['disabled', 'Suggestions in the commit box and in comments are off.']].flatMap((each) => [each, each]),
  );
});

test('drafts are shown of what is asked for, of everything, or of nothing, as it is set', async () => {
  const document = new fake.FakeDocument('foo()');
  const both = async (): Promise<number> => {
    begun.length = 0;
    editorWith(document, cursorAt(0, 4));
    await provide('automatic', document);
    await provide('manual', document);
    return begun.length;
  };
  assert.equal(await both(), 1);
  fake.configuration['live'] = 'always';
  assert.equal(await both(), 2);
  fake.configuration['live'] = 'off';
  assert.equal(await both(), 0);
});

test('no drafts with several cursors, beside a selected entry, in the background, or where another extension would be asked', async () => {
  const document = new fake.FakeDocument('foo()');
  editorWith(document, cursorAt(0, 4));
  await provide('manual', document, entry('add'));
  editorWith(document, cursorAt(0, 4), cursorAt(0, 0));
  await provide('manual', document);
  editorWith(new fake.FakeDocument('bar()'), cursorAt(0, 4));
  await provide('manual', document);
  editorWith(document, cursorAt(0, 4));
  livePossible = false;
  provider = newProvider();
  await provide('manual', document);
  assert.deepEqual([begun, asked.length], [[], 4]);
});
