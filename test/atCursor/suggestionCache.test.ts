import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asker, type CachedAnswer, type Question, SuggestionCache } from '../../src/atCursor/suggestionCache.js';

const PERSON: Asker = { by: 'person' };

/** Texts, all of the same confidence. */
function answer(...texts: string[]): CachedAnswer {
  return { kind: 'texts', texts: texts.map((text) => ({ text, confidence: 0.5 })) };
}

function question(prefix: string, others: Partial<Question> = {}): Question {
  return { key: 'document', prefix, prefixOffset: 0, suffix: '', ...others };
}

function texts(cache: SuggestionCache, asked: Question, asker = PERSON): string[] | undefined {
  const hit = cache.find(asked, asker);
  return hit?.kind === 'suggestions' ? hit.suggestions.map((suggestion) => suggestion.text) : undefined;
}

test('typing through, backspace within, and beyond', () => {
  const cache = new SuggestionCache();
  cache.add(question('let '), answer('total = 0;'));
  assert.deepEqual(texts(cache, question('let total')), [' = 0;']);
  assert.deepEqual(texts(cache, question('let tot')), ['al = 0;']);
  assert.equal(texts(cache, question('let x')), undefined);
  assert.equal(texts(cache, question('le')), undefined);
});

test('alternatives that no longer fit are left out', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), answer('abc', 'abd', 'xyz'));
  assert.deepEqual(texts(cache, question('ab')), ['c', 'd']);
});

test('a place is extended by a text, which stands behind those that are known, as a person has seen them all', () => {
  const cache = new SuggestionCache();
  cache.add(question('let '), answer('first', 'second'));
  cache.extend(question('let '), { text: 'third', confidence: 0.01 });
  const texts = (asker: Parameters<SuggestionCache['find']>[1]): readonly string[] | undefined => {
    const hit = cache.find(question('let '), asker);
    return hit?.kind === 'suggestions' ? hit.suggestions.map(({ text }) => text) : undefined;
  };
  assert.deepEqual(texts(PERSON), ['first', 'second', 'third']);
  assert.deepEqual(texts({ by: 'editor', minConfidence: 0.9 }), ['first', 'second', 'third']);
});

test('where a bracket was closed by the editor meanwhile, the new text is known alone there', () => {
  const cache = new SuggestionCache();
  cache.add(question('f'), answer('(a) + 1'));
  cache.extend(question('f(', { suffix: ')' }), { text: 'b', confidence: 0.5 });
  const hit = cache.find(question('f(', { suffix: ')' }), PERSON);
  assert.deepEqual(hit?.kind === 'suggestions' && hit.suggestions.map(({ text }) => text), ['b']);
});

test('an alternative to what was forgotten meanwhile is not remembered', () => {
  const cache = new SuggestionCache();
  cache.add(question('let '), { kind: 'texts', texts: [{ text: 'first', confidence: 0.5 }] });
  cache.clear();
  cache.extend(question('let '), { text: 'second', confidence: 0.2 });
  assert.equal(cache.find(question('let '), { by: 'person' }), undefined);
});

test('other documents and other options are other questions', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), answer('abc'));
  assert.equal(cache.find(question('', { key: 'other' }), PERSON), undefined);
});

const UNASKED: Asker = { by: 'editor', minConfidence: 0.4 };

test('what nobody asked for is shown where the model is sure enough, what a person asked for in any case', () => {
  const cache = new SuggestionCache();
  cache.add(question('a'), { kind: 'texts', texts: [{ text: 'bcd', confidence: 0.3 }] });
  assert.deepEqual(cache.find(question('a'), UNASKED), { kind: 'unsure', confidence: 0.3 });
  assert.equal(cache.find(question('ab'), UNASKED), undefined, 'further on the model is asked');
  assert.equal(cache.find(question('a'), PERSON)?.kind, 'suggestions');
  const hit = cache.find(question('ab'), UNASKED);
  assert.deepEqual(hit?.kind === 'suggestions' && hit.suggestions, [{ text: 'cd', replaceAfter: 0 }]);
});

test('what nobody asked for is shown where it is worth a look, what a person asked for in any case', () => {
  const cache = new SuggestionCache();
  cache.add(question('a'), { kind: 'texts', texts: [{ text: 'b', confidence: 0.8, worth: -0.6 }] });
  assert.deepEqual(cache.find(question('a'), UNASKED), { kind: 'unworthy', confidence: 0.8, characters: 1 });
  assert.equal(cache.find(question('a'), PERSON)?.kind, 'suggestions');
  cache.add(question('b'), { kind: 'texts', texts: [{ text: 'cde', confidence: 0.8, worth: 1 }] });
  assert.equal(cache.find(question('b'), UNASKED)?.kind, 'suggestions');
  cache.add(question('c'), { kind: 'texts', texts: [{ text: 'def', confidence: 0.3, worth: 1 }] });
  assert.equal(cache.find(question('c'), UNASKED)?.kind, 'unsure', 'the setting keeps its meaning');
});

test('what nobody asked for is the start that is worth a look, what a person asked for is the whole text', () => {
  const cache = new SuggestionCache();
  const unasked = { text: 'bcd', confidence: 0.8, worth: 1 };
  cache.add(question('a'), { kind: 'texts', texts: [{ text: 'bcd(e)', confidence: 0.2, worth: -1, unasked }] });
  const shown = (asked: Question, asker: Asker): unknown => {
    const hit = cache.find(asked, asker);
    return hit?.kind === 'suggestions' ? [hit.suggestions[0]!.text, hit.confidence] : hit;
  };
  assert.deepEqual(shown(question('a'), UNASKED), ['bcd', 0.8]);
  assert.deepEqual(shown(question('ab'), UNASKED), ['cd', 0.8]);
  assert.deepEqual(shown(question('ab'), PERSON), ['cd(e)', 0.2]);
  assert.deepEqual(shown(question('abc'), UNASKED), ['d(e)', 0.2], 'what was asked for stands');
});

test('a suggestion says where it was found, whoever asks, and also while it is typed through', () => {
  const cache = new SuggestionCache();
  const source = { uri: 'file:cart.ts', path: 'cart.ts', line: 2 };
  const foundBy = (asked: Question, asker: Asker): unknown => {
    const hit = cache.find(asked, asker);
    return hit?.kind === 'suggestions' ? hit.found?.path : hit;
  };
  cache.add(question('a'), { kind: 'texts', texts: [{ text: 'bcd', confidence: 0.8, worth: 1, source }] });
  assert.equal(foundBy(question('a'), UNASKED), 'cart.ts');
  assert.equal(foundBy(question('ab'), PERSON), 'cart.ts');
  const unasked = { text: 'xy', confidence: 0.9, worth: 2 };
  cache.add(question('w'), { kind: 'texts', texts: [{ text: 'bcd', confidence: 0.8, worth: 1, source, unasked }] });
  assert.equal(foundBy(question('w'), UNASKED), undefined, 'this one the model wrote');
  assert.equal(foundBy(question('w'), PERSON), 'cart.ts');
});

test('of several texts only those the model is sure of are shown unasked', () => {
  const cache = new SuggestionCache();
  const texts = [
    { text: 'abc', confidence: 0.3 },
    { text: 'abd', confidence: 0.5 },
  ];
  cache.add(question(''), { kind: 'texts', texts });
  const hit = cache.find(question('a'), UNASKED);
  assert.deepEqual(hit?.kind === 'suggestions' && hit.suggestions, [{ text: 'bd', replaceAfter: 0 }]);
});

test('shown with an IntelliSense item, a text stands without it too', () => {
  const cache = new SuggestionCache();
  const editor: Asker = { by: 'editor', minConfidence: 0 };
  cache.add(question('con' + 'sole', { ahead: 'sole' }), answer('.log(x)'));
  assert.deepEqual(texts(cache, question('console', { ahead: 'sole' }), editor), ['.log(x)']);
  assert.deepEqual(texts(cache, question('con'), editor), ['sole.log(x)']);
  assert.deepEqual(texts(cache, question('cons'), editor), ['ole.log(x)']);
  assert.equal(texts(cache, question('const', { ahead: 't' }), editor), undefined);
  assert.equal(texts(cache, question('co'), editor), undefined);
});

test('who asks without the IntelliSense item gets no text that begins with it, but once it was taken', () => {
  const cache = new SuggestionCache();
  cache.add(question('con' + 'sole', { ahead: 'sole' }), answer('.log(x)'));
  assert.equal(texts(cache, question('con')), undefined);
  assert.equal(texts(cache, question('cons')), undefined);
  assert.deepEqual(texts(cache, question('console')), ['.log(x)']);
  assert.deepEqual(texts(cache, question('console', { ahead: 'sole' })), ['.log(x)']);
});

test('that there is nothing holds only for the very same place', () => {
  const cache = new SuggestionCache();
  cache.add(question('a'), { kind: 'none', reason: 'empty', detail: '' });
  assert.equal(cache.find(question('a'), PERSON)?.kind, 'none');
  assert.equal(cache.find(question('ab'), PERSON), undefined);
});

test('the least recently used answer goes first', () => {
  const cache = new SuggestionCache(2);
  cache.add(question('1'), answer('a'));
  cache.add(question('2'), answer('b'));
  cache.find(question('1'), PERSON);
  cache.add(question('3'), answer('c'));
  assert.deepEqual(texts(cache, question('1')), ['a']);
  assert.equal(texts(cache, question('2')), undefined);
});

test('the newest answer to a question counts', () => {
  const cache = new SuggestionCache();
  cache.add(question(''), answer('old'));
  cache.add(question(''), answer('new'));
  assert.deepEqual(texts(cache, question('')), ['new']);
});

test('what was not suggested somewhere can be forgotten alone', () => {
  const cache = new SuggestionCache();
  cache.add(question('let '), answer('total = 0;'));
  cache.add(question('nothing '), { kind: 'none', reason: 'empty', detail: '' });
  assert.equal(cache.find(question('nothing '), PERSON)?.kind, 'none');
  cache.clearNothing();
  assert.equal(cache.find(question('nothing '), PERSON), undefined);
  assert.deepEqual(texts(cache, question('let tot')), ['al = 0;']);
});
