import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import type { SuggestAnswer, Suggester, SuggestRequest } from '../../../src/extension/suggest/suggester.js';
import { InfillError } from '../../../src/shared/infillError.js';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { InlineProvider } = await import('../../../src/extension/suggest/inlineProvider.js');

type ProvideParameters = Parameters<InstanceType<typeof InlineProvider>['provideInlineCompletionItems']>;

const asked: SuggestRequest[] = [];
const errors: InfillError[] = [];
let requests = new RequestLog();
let answer: SuggestAnswer;

beforeEach(() => {
  asked.length = 0;
  errors.length = 0;
  requests = new RequestLog();
  answer = { kind: 'suggestions', source: 'model', suggestions: [{ text: 'a, b', replaceAfter: 0 }] };
  fake.window.activeTextEditor = undefined;
  for (const key of Object.keys(fake.configuration)) {
    Reflect.deleteProperty(fake.configuration, key);
  }
});

async function provide(
  trigger: 'automatic' | 'manual',
  document = new fake.FakeDocument('foo()'),
): Promise<vscode.InlineCompletionItem[]> {
  const suggester = {
    suggest: (request: SuggestRequest) => {
      asked.push(request);
      return Promise.resolve(answer);
    },
  } as unknown as Suggester;
  const exclusion = new FileExclusion(() => undefined);
  const provider = new InlineProvider({ suggester, exclusion, requests, onError: (error) => errors.push(error) });
  const kinds = fake.InlineCompletionTriggerKind;
  const parameters: readonly unknown[] = [
    document,
    new fake.Position(0, 4),
    { triggerKind: trigger === 'automatic' ? kinds.Automatic : kinds.Invoke },
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

test('while typing: one candidate after a delay; when asked for: alternatives at once', async () => {
  await provide('automatic');
  await provide('manual');
  assert.deepEqual(
    asked.map(({ options, delay }) => [options.candidates, delay?.mode]),
    [
      [1, 'adaptive'],
      [3, undefined],
    ],
  );
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

test('the record tells what happened', async () => {
  assert.equal((await provide('automatic'))[0]?.insertText, 'a, b');
  const [record] = requests.records;
  assert.deepEqual(
    [record?.file, record?.trigger, record?.outcome, record?.source, record?.candidates],
    ['/work/a.ts', 'automatic', 'suggested', 'model', 1],
  );
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
    ['unsuitable-position', 'disabled', undefined],
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
