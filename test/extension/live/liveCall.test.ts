import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { Draft } from '../../../src/extension/live/draft.js';
import { FramePace } from '../../../src/extension/live/framePace.js';
import { type Left, LiveCall } from '../../../src/extension/live/liveCall.js';

const PLACE = { document: 'a', version: 1, line: 0, character: 3 };
/** Longer than VS Code may take to ask for a frame. */
const PATIENCE_MS = 1100;

type Item = vscode.InlineCompletionItem;

interface Scene {
  readonly call: LiveCall<string>;
  readonly start: Promise<unknown>;
  readonly signal: () => AbortSignal;
  readonly draft: (text: string, isWhole?: boolean) => void;
  readonly answer: (text: string) => void;
  /** What VS Code was given, in the order of time. */
  readonly given: string[];
  /** The answers that were told. */
  readonly told: string[];
  readonly calls: { showNext: number; hide: number; renew: number };
  readonly left: [Left, number][];
  readonly document: { version: number };
}

/**
 * @param isVisible whether what is shown is ours, so that VS Code asks for the next one
 * @param asks how often VS Code asks for one frame
 */
function scene({ isVisible = true, asks = 1 } = {}): Scene {
  const given: string[] = [];
  const told: string[] = [];
  const left: [Left, number][] = [];
  const calls = { showNext: 0, hide: 0, renew: 0 };
  const document = { version: 1 };
  let signal: AbortSignal | undefined;
  let onDraft: (draft: Draft) => void = () => undefined;
  let resolve: (answer: string) => void = () => undefined;
  const item = (insertText: string): Item => Object.assign(Object.create(null) as Item, { insertText });
  const call = new LiveCall<string>(
    {
      document: document as unknown as vscode.TextDocument,
      cursor: {
        character: 3,
        isEqual: (other: { character: number }) => other.character === 3,
      } as unknown as vscode.Position,
      place: PLACE,
      offsetOf: ({ character }) => character,
      item: ({ text }) => item(text),
      ask: (own, tell) => {
        [signal, onDraft] = [own, tell];
        return new Promise((done) => (resolve = done));
      },
      answered: (answer) => {
        told.push(answer);
        return Promise.resolve(answer === '' ? [] : [item(answer)]);
      },
      left: (how, frames) => void left.push([how, frames]),
    },
    new FramePace(() => performance.now()),
    false,
    {
      renew: () => calls.renew++,
      showNext: () => {
        calls.showNext++;
        for (let n = 0; isVisible && n < asks; n++) {
          given.push(...(call.take(PLACE) ?? []).map(({ insertText }) => insertText as string));
        }
        return Promise.resolve();
      },
      hide: () => {
        calls.hide++;
        return Promise.resolve();
      },
    },
  );
  const start = call.begin(new AbortController().signal);
  return {
    call,
    start,
    signal: () => signal ?? AbortSignal.abort(),
    draft: (text, isWhole = false) => {
      const drew = (): void => undefined;
      onDraft({ suggestion: { text, replaceAfter: 0 }, isWhole, drew });
    },
    answer: (text) => resolve(text),
    given,
    told,
    calls,
    left,
    document,
  };
}

test('the first draft is what VS Code is answered, later ones and the answer take its place', async () => {
  const { start, draft, answer, given, calls } = scene();
  draft('a');
  assert.deepEqual(await start, { kind: 'draft', draft: { text: 'a', replaceAfter: 0 } });
  draft('ab');
  await sleep(100);
  answer('abc;');
  await sleep(150);
  assert.deepEqual([given, calls.showNext], [['ab', 'abc;'], 2], 'VS Code is asked once for each frame');
});

test('VS Code is given the same frame where it asks twice for it, and nothing of it later', async () => {
  const { start, draft, answer, given, call } = scene({ asks: 2 });
  draft('a');
  await start;
  draft('ab');
  await sleep(100);
  assert.deepEqual([given, call.take(PLACE)], [['ab', 'ab'], undefined]);
  answer('abc;');
  await sleep(150);
  assert.deepEqual([given, call.take(PLACE)], [['ab', 'ab', 'abc;', 'abc;'], undefined]);
});

test('the answer is told once, also where the cursor moves before it is drawn, or a person has typed just before it came', async () => {
  const drawn = scene();
  drawn.draft('a');
  await drawn.start;
  drawn.answer('abc');
  await sleep(10);
  drawn.call.leave('moved');
  assert.deepEqual([drawn.told, drawn.left], [['abc'], []]);
  const typed = scene();
  typed.draft('a');
  await typed.start;
  typed.document.version++;
  typed.answer('abc');
  await sleep(10);
  typed.call.leave('continued');
  assert.deepEqual([typed.told, typed.left], [[], [['continued', 1]]]);
});

test('an answer that is there before any draft is all that is shown', async () => {
  const { start, draft, answer, calls, left } = scene();
  answer('abc');
  assert.deepEqual(await start, { kind: 'answer', answer: 'abc' });
  draft('late');
  await sleep(100);
  assert.deepEqual([calls.showNext, left], [0, []]);
});

test('where the answer is what is shown nothing is drawn anew; where there is none the draft goes', async () => {
  const same = scene();
  same.draft('abc');
  same.answer('abc');
  await sleep(100);
  assert.deepEqual([same.calls.showNext, same.calls.hide], [0, 0]);
  assert.ok(same.calls.renew > 0, 'an alternative can be asked for');
  const none = scene();
  none.draft('abc');
  none.answer('');
  await sleep(100);
  assert.deepEqual([none.calls.showNext, none.calls.hide], [0, 1]);
});

test('drafts that come fast are not all shown, the newest is', async () => {
  const { start, draft, given } = scene();
  draft('a');
  await start;
  for (const text of ['ab', 'abc', 'abcd']) draft(text);
  await sleep(100);
  assert.deepEqual(given, ['abcd']);
});

test('the cursor moves: nobody waits any more, at once, and nothing more is drawn', async () => {
  const { call, start, draft, signal, left, calls } = scene();
  draft('a');
  await start;
  const cursor = { isEmpty: true, active: { character: 3, isEqual: () => true } };
  call.selected([cursor] as unknown as vscode.Selection[]);
  assert.ok(!signal().aborted, 'it stands where it was');
  call.selected([{ isEmpty: true, active: { character: 2, isEqual: () => false } }] as unknown as vscode.Selection[]);
  assert.deepEqual([signal().aborted, signal().reason, left], [true, 'gone', [['moved', 1]]]);
  draft('abc');
  await sleep(100);
  assert.equal(calls.showNext, 0);
});

test('a second cursor ends it, too', async () => {
  const { call, start, draft, left } = scene();
  draft('a');
  await start;
  const cursor = { isEmpty: true, active: { character: 3, isEqual: () => true } };
  call.selected([cursor, cursor] as unknown as vscode.Selection[]);
  assert.deepEqual(left, [['moved', 1]]);
});

test('all of a draft is typed or accepted: the request is over; a part of it: it goes on for who asks again', async () => {
  const change = (text: string): vscode.TextDocumentContentChangeEvent[] =>
    [{ text, rangeOffset: 3, rangeLength: 0 }] as vscode.TextDocumentContentChangeEvent[];
  const accepted = scene();
  accepted.draft('abc');
  await accepted.start;
  accepted.document.version++;
  accepted.call.changed(change('abc'));
  assert.deepEqual([accepted.signal().aborted, accepted.left], [true, [['accepted', 1]]]);

  const typed = scene();
  typed.draft('abc');
  await typed.start;
  typed.document.version++;
  typed.call.changed(change('a'));
  typed.draft('abcd');
  await sleep(100);
  assert.deepEqual([typed.signal().aborted, typed.left, typed.calls.showNext], [false, [], 0]);
  typed.call.leave('continued');
  assert.deepEqual([typed.signal().aborted, typed.left], [true, []], 'the other one tells of it');
});

test('where nothing of it is on the screen VS Code does not ask: after two frames it is over', async () => {
  const { start, draft, signal, left, calls, given } = scene({ isVisible: false });
  draft('a');
  await start;
  draft('ab');
  await sleep(PATIENCE_MS + 100);
  draft('abc');
  await sleep(PATIENCE_MS + 100);
  assert.deepEqual([given, calls.showNext, left, signal().aborted], [[], 2, [['hidden', 1]], true]);
});
