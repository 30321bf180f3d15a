import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Question, SuggestionCache } from '../../../src/extension/suggest/suggestionCache.js';

function question(prefix: string, others: Partial<Question> = {}): Question {
  return { key: 'document', alternatives: 1, prefix, prefixOffset: 0, suffix: '', ...others };
}

function texts(cache: SuggestionCache, asked: Question): string[] | undefined {
  const hit = cache.find(asked);
  return hit?.kind === 'suggestions' ? hit.suggestions.map((suggestion) => suggestion.text) : undefined;
}

test('typing through, backspace within, and beyond', () => {
  const cache = new SuggestionCache();
  cache.add(question('let '), { kind: 'texts', texts: ['total = 0;'] });
  assert.deepEqual(texts(cache, question('let total')), [' = 0;']);
  assert.deepEqual(texts(cache, question('let tot')), ['al = 0;']);
  assert.equal(texts(cache, question('let x')), undefined);
  assert.equal(texts(cache, question('le')), undefined);
});

test('alternatives that no longer fit are left out', () => {
  const cache = new SuggestionCache();
  cache.add(question('', { alternatives: 3 }), { kind: 'texts', texts: ['abc', 'abd', 'xyz'] });
  assert.deepEqual(texts(cache, question('ab')), ['c', 'd']);
});

test('one candidate is no answer to a request for alternatives', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), { kind: 'texts', texts: ['abc'] });
  assert.equal(cache.find(question('', { alternatives: 3 })), undefined);
});

test('other documents and other options are other questions', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), { kind: 'texts', texts: ['abc'] });
  assert.equal(cache.find(question('', { key: 'other' })), undefined);
});

test('that there is nothing holds only for the very same place', () => {
  const cache = new SuggestionCache();
  cache.add(question('a'), { kind: 'none', reason: 'empty', detail: '' });
  assert.equal(cache.find(question('a'))?.kind, 'none');
  assert.equal(cache.find(question('ab')), undefined);
});

test('the least recently used answer goes first', () => {
  const cache = new SuggestionCache(2);
  cache.add(question('1'), { kind: 'texts', texts: ['a'] });
  cache.add(question('2'), { kind: 'texts', texts: ['b'] });
  cache.find(question('1'));
  cache.add(question('3'), { kind: 'texts', texts: ['c'] });
  assert.deepEqual(texts(cache, question('1')), ['a']);
  assert.equal(texts(cache, question('2')), undefined);
});

test('the newest answer to a question counts', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), { kind: 'texts', texts: ['old'] });
  cache.add(question(''), { kind: 'texts', texts: ['new'] });
  assert.deepEqual(texts(cache, question('')), ['new']);
});
