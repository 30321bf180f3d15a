import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Draft } from '../../../src/extension/live/draft.js';
import { RunDrafts } from '../../../src/extension/suggest/runDrafts.js';
import type { Asker, Question } from '../../../src/atCursor/suggestionCache.js';

const PERSON: Asker = { by: 'person' };

function at(prefix: string): Question {
  return { key: '', prefix, prefixOffset: 0, suffix: '' };
}

function watched(drafts: RunDrafts, question: Question, asker: Asker): Draft[] {
  const seen: Draft[] = [];
  drafts.watch({ question, asker, onDraft: (draft) => seen.push(draft) });
  return seen;
}

function textsOf(seen: readonly Draft[]): string[] {
  return seen.map(({ suggestion }) => suggestion.text);
}

test('each draft is told, with what is left of it where somebody typed along', () => {
  const drafts = new RunDrafts(at('let '));
  const seen = watched(drafts, at('let '), PERSON);
  drafts.add({ text: 'total', confidence: 0.1, isWhole: false });
  assert.deepEqual(
    [drafts.agree(at('let to')), drafts.agree(at('let x')), drafts.agree(at('let total'))],
    [true, false, false],
  );
  const later = watched(drafts, at('let to'), PERSON);
  drafts.add({ text: 'other', confidence: 0.1, isWhole: false });
  drafts.add({ text: 'total = 0;', confidence: 0.1, isWhole: true });
  assert.deepEqual(
    [textsOf(seen), textsOf(later)],
    [
      ['total', 'other', 'total = 0;'],
      ['tal', 'tal = 0;'],
    ],
  );
  assert.deepEqual(
    later.map(({ isWhole }) => isWhole),
    [false, true],
  );
});

test('who comes later sees first what is left of the shown one, then the newest', () => {
  const drafts = new RunDrafts(at(''));
  const seen = watched(drafts, at(''), PERSON);
  drafts.add({ text: 'abc', confidence: 0.1, isWhole: false });
  seen[0]?.drew();
  drafts.add({ text: 'abcdef', confidence: 0.1, isWhole: false });
  assert.deepEqual(textsOf(watched(drafts, at('a'), PERSON)), ['bc', 'bcdef']);
});

test('who did not ask is told only what would be shown to them: sure enough, and worth a look', () => {
  const drafts = new RunDrafts(at(''));
  const seen = watched(drafts, at(''), { by: 'editor', minConfidence: 0.3 });
  drafts.add({ text: 'unsure', confidence: 0.2, worth: 5, isWhole: false });
  drafts.add({ text: 'worthless', confidence: 0.9, worth: -1, isWhole: false });
  drafts.add({
    text: 'all of it',
    confidence: 0.1,
    isWhole: true,
    unasked: { text: 'all', confidence: 0.5, worth: 2 },
  });
  assert.deepEqual(textsOf(seen), ['all']);
});
