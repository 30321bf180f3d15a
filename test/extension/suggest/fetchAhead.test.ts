import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FetchAhead, type ShownSuggestion } from '../../../src/extension/suggest/fetchAhead.js';
import type { SuggestAnswer } from '../../../src/extension/suggest/suggester.js';

const READ_MS = 200;
const NONE: SuggestAnswer = { kind: 'none', reason: 'empty', detail: '', source: 'model' };
const TEXT: SuggestAnswer = { kind: 'suggestions', suggestions: [{ text: 'x', replaceAfter: 0 }], source: 'model' };

interface Scene {
  readonly fetchAhead: FetchAhead;
  readonly asked: string[];
  readonly suggestion: (changes?: Partial<ShownSuggestion>) => ShownSuggestion;
}

/** @param answer to what is asked at the end of the accepted text */
function scene(answer?: SuggestAnswer, isSparing = false): Scene {
  const asked: string[] = [];
  const ask = async (what: string): Promise<SuggestAnswer | undefined> => {
    asked.push(what);
    return answer;
  };
  const suggestion = (changes: Partial<ShownSuggestion> = {}): ShownSuggestion => ({
    confidence: 0.3,
    isAskedFor: true,
    isStill: () => true,
    askOnceAccepted: () => ask('accepted'),
    askOnNextLine: () => ask('next line'),
    ...changes,
  });
  return { fetchAhead: new FetchAhead({ isSparing: () => isSparing }), asked, suggestion };
}

test('what is read for a while is asked for: its end, and where nothing is missing there the next line', async () => {
  const { fetchAhead, asked, suggestion } = scene(NONE);
  fetchAhead.shown(suggestion());
  await sleep(READ_MS / 2);
  assert.deepEqual(asked, [], 'not at once');
  await sleep(READ_MS);
  assert.deepEqual(asked, ['accepted', 'next line']);
});

test('where something comes at its end, or that did not become known, the next line is not asked for', async () => {
  for (const answer of [TEXT, undefined]) {
    const { fetchAhead, asked, suggestion } = scene(answer);
    fetchAhead.shown(suggestion());
    await sleep(READ_MS * 1.5);
    assert.deepEqual(asked, ['accepted']);
  }
});

test('what is looked at for a moment is not asked for: the newest counts, and none after nothing is shown', async () => {
  const { fetchAhead, asked, suggestion } = scene();
  fetchAhead.shown(suggestion({ askOnceAccepted: async () => void asked.push('older') }));
  fetchAhead.shown(suggestion());
  await sleep(READ_MS * 1.5);
  fetchAhead.shown(suggestion());
  fetchAhead.nothingShown();
  await sleep(READ_MS * 1.5);
  assert.deepEqual(asked, ['accepted']);
});

test('nothing is asked where the document or the cursor has moved on, the model is unsure, or the computer is to be spared', async () => {
  const moved = scene();
  moved.fetchAhead.shown(moved.suggestion({ isStill: () => false }));
  const unsure = scene();
  unsure.fetchAhead.shown(unsure.suggestion({ confidence: 0.1 }));
  unsure.fetchAhead.shown(unsure.suggestion({ isAskedFor: false }));
  const sparing = scene(undefined, true);
  sparing.fetchAhead.shown(sparing.suggestion());
  await sleep(READ_MS * 1.5);
  assert.deepEqual([moved.asked, unsure.asked, sparing.asked], [[], [], []]);
});

test('the next line is left when the document moves on meanwhile', async () => {
  let isStill = true;
  const { fetchAhead, asked, suggestion } = scene(NONE);
  fetchAhead.shown(
    suggestion({
      isStill: () => isStill,
      askOnceAccepted: async () => {
        asked.push('accepted');
        isStill = false;
        return NONE;
      },
    }),
  );
  await sleep(READ_MS * 1.5);
  assert.deepEqual(asked, ['accepted']);
});
