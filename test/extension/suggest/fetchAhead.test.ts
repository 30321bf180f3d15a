import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FetchAhead, type ShownSuggestion } from '../../../src/extension/suggest/fetchAhead.js';
import type { KnownAnswer, SuggestRequest } from '../../../src/extension/suggest/suggester.js';

const READ_MS = 200;
const NONE: KnownAnswer = { kind: 'none', reason: 'empty', detail: '' };
const TEXT: KnownAnswer = { kind: 'suggestions', suggestions: [{ text: 'x', replaceAfter: 0 }], confidence: 0.5 };

interface Scene {
  readonly fetchAhead: FetchAhead;
  readonly asked: string[];
}

/** Requests are told apart by their document. */
function scene(answers: Readonly<Record<string, KnownAnswer | undefined>>, isSparing = false): Scene {
  const asked: string[] = [];
  const fetchAhead = new FetchAhead({
    ask: ({ document }) => {
      asked.push(document);
      return Promise.resolve(answers[document]);
    },
    isSparing: () => isSparing,
  });
  return { fetchAhead, asked };
}

function suggestion(changes: Partial<ShownSuggestion> = {}): ShownSuggestion {
  const request = (document: string): SuggestRequest => ({ document }) as SuggestRequest;
  return {
    confidence: 0.6,
    isStill: () => true,
    onceAccepted: () => request('accepted'),
    onNextLine: () => request('next line'),
    ...changes,
  };
}

test('what is read for a while is asked for: its end, and where nothing is missing there the next line', async () => {
  const { fetchAhead, asked } = scene({ accepted: NONE });
  fetchAhead.shown(suggestion());
  await sleep(READ_MS / 2);
  assert.deepEqual(asked, [], 'not at once');
  await sleep(READ_MS);
  assert.deepEqual(asked, ['accepted', 'next line']);
});

test('where something comes at its end, or that did not become known, the next line is not asked for', async () => {
  for (const answer of [TEXT, undefined]) {
    const { fetchAhead, asked } = scene({ accepted: answer });
    fetchAhead.shown(suggestion());
    await sleep(READ_MS * 1.5);
    assert.deepEqual(asked, ['accepted']);
  }
});

test('what is looked at for a moment is not asked for: the newest counts, and none after nothing is shown', async () => {
  const { fetchAhead, asked } = scene({});
  fetchAhead.shown(suggestion({ onceAccepted: () => ({ document: 'older' }) as SuggestRequest }));
  fetchAhead.shown(suggestion());
  await sleep(READ_MS * 1.5);
  fetchAhead.shown(suggestion());
  fetchAhead.nothingShown();
  await sleep(READ_MS * 1.5);
  assert.deepEqual(asked, ['accepted']);
});

test('nothing is asked where the document or the cursor has moved on, the model is unsure, or the computer is to be spared', async () => {
  const moved = scene({});
  moved.fetchAhead.shown(suggestion({ isStill: () => false }));
  const unsure = scene({});
  unsure.fetchAhead.shown(suggestion({ confidence: 0.1 }));
  const sparing = scene({}, true);
  sparing.fetchAhead.shown(suggestion());
  await sleep(READ_MS * 1.5);
  assert.deepEqual([moved.asked, unsure.asked, sparing.asked], [[], [], []]);
});

test('the next line is left when the document moves on meanwhile', async () => {
  let isStill = true;
  const { fetchAhead, asked } = scene({ accepted: NONE });
  fetchAhead.shown(
    suggestion({
      isStill: () => isStill,
      onceAccepted: () => {
        queueMicrotask(() => (isStill = false));
        return { document: 'accepted' } as SuggestRequest;
      },
    }),
  );
  await sleep(READ_MS * 1.5);
  assert.deepEqual(asked, ['accepted']);
});
