import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Alternatives } from '../../../src/extension/suggest/alternatives.js';
import type { SuggestAnswer, SuggestRequest } from '../../../src/extension/suggest/suggester.js';

const GOT_MS = 50;
const REQUEST = { document: 'a', context: { prefix: 'x', suffix: '' } } as SuggestRequest;
const NO_OTHER: SuggestAnswer = { kind: 'none', reason: 'low-confidence', detail: '', source: 'cache' };
const { signal } = new AbortController();

function texts(source: 'model' | 'cache', count: number): SuggestAnswer {
  const suggestions = Array.from({ length: count }, (_, i) => ({ text: String(i), replaceAfter: 0 }));
  return { kind: 'suggestions', suggestions, source };
}

interface Scene {
  readonly alternatives: Alternatives;
  /** Whether each further text was asked for ahead. */
  readonly asked: boolean[];
  readonly renewed: () => number;
}

/** @param most texts that there are */
function scene(most: number, known = 1): Scene {
  const asked: boolean[] = [];
  let [count, renewed] = [known, 0];
  const alternatives = new Alternatives({
    another: async (_request, _signal, isAhead) => {
      asked.push(isAhead);
      await sleep(5);
      return count < most ? texts('model', ++count) : NO_OTHER;
    },
    renew: () => renewed++,
  });
  return { alternatives, asked, renewed: () => renewed };
}

function countOf(answer: SuggestAnswer): number {
  return answer.kind === 'suggestions' ? answer.suggestions.length : 0;
}

test('the first is offered at once; the others are asked for ahead, and VS Code is made to ask again', async () => {
  const { alternatives, asked, renewed } = scene(5);
  const { answer, settled } = await alternatives.offer(REQUEST, texts('model', 1), 3, signal);
  assert.deepEqual([countOf(answer), asked.length], [1, 1], 'nobody waits for the second one');
  await settled;
  assert.deepEqual(asked, [true, true]);
  await sleep(GOT_MS * 2);
  assert.equal(renewed(), 1);
});

test('who has seen the first one waits for the next one, not for all', async () => {
  const { alternatives, asked } = scene(5);
  const { answer, settled } = await alternatives.offer(REQUEST, texts('cache', 1), 3, signal);
  assert.deepEqual([countOf(answer), asked.slice(0, 1)], [2, [false]]);
  await settled;
  assert.deepEqual(asked, [false, true]);
});

test('where VS Code asks anew by itself nobody waits, though the first one is known', async () => {
  const { alternatives, asked } = scene(5);
  const { answer, settled } = await alternatives.offer(REQUEST, texts('cache', 1), 3, signal, true);
  assert.equal(countOf(answer), 1);
  await settled;
  assert.deepEqual(asked, [true, true]);
});

test('where all are known, or there is no other, nothing more is asked, nor VS Code made to ask again', async () => {
  const all = scene(5);
  assert.equal(countOf((await all.alternatives.offer(REQUEST, texts('cache', 3), 3, signal)).answer), 3);
  const single = scene(1);
  assert.equal(countOf((await single.alternatives.offer(REQUEST, texts('cache', 1), 3, signal)).answer), 1);
  await sleep(GOT_MS * 2);
  assert.deepEqual([all.asked, all.renewed(), single.asked, single.renewed()], [[], 0, [false], 0]);
});

test('by the key what is known is offered at once, also where it was known before', async () => {
  const { alternatives, asked } = scene(3);
  let answer: SuggestAnswer | undefined;
  await alternatives.firstAtOnce(async () => {
    ({ answer } = await alternatives.offer(REQUEST, texts('cache', 1), 3, signal));
  });
  assert.deepEqual([answer && countOf(answer), asked], [1, [true]]);
});

test('asked twice at a place, the others are asked for once', async () => {
  const { alternatives, asked } = scene(3);
  const first = await alternatives.offer(REQUEST, texts('model', 1), 3, signal);
  await alternatives.firstAtOnce(() => alternatives.offer(REQUEST, texts('cache', 1), 3, signal));
  await first.settled;
  assert.deepEqual(asked, [true, true]);
});

test('something else is a text that is not known yet, alone', async () => {
  const { alternatives, asked, renewed } = scene(5, 3);
  const offered: SuggestAnswer[] = [];
  const offer = async (): Promise<void> =>
    void offered.push((await alternatives.offer(REQUEST, texts('cache', 3), 3, signal)).answer);
  // Something is shown: VS Code goes on from that.
  await alternatives.somethingElse(offer, () => assert.fail('it was shown already'));
  assert.deepEqual([offered.map(countOf), asked, renewed()], [[1], [false], 1]);
  const [last] = offered;
  assert.equal(last?.kind === 'suggestions' && last.suggestions[0]?.text, '3');
  // Nothing is shown: it is asked for at the cursor.
  await alternatives.somethingElse(async () => undefined, offer);
  assert.deepEqual(offered.map(countOf), [1, 1]);
});

test('where there is nothing else, that is the answer', async () => {
  const { alternatives } = scene(3, 3);
  let answer: SuggestAnswer | undefined;
  await alternatives.somethingElse(
    async () => void ({ answer } = await alternatives.offer(REQUEST, texts('cache', 3), 3, signal)),
    async () => undefined,
  );
  assert.equal(answer?.kind === 'none' && answer.reason, 'low-confidence');
});

test('where VS Code asks anyway it is not made to ask again', async () => {
  const { alternatives, renewed } = scene(1);
  await alternatives.offer(REQUEST, texts('model', 1), 3, signal);
  alternatives.requested();
  await sleep(GOT_MS * 2);
  assert.equal(renewed(), 0);
});

test('VS Code is made to ask again only once all that belongs to a key is done', async () => {
  const { alternatives, renewed } = scene(1);
  await alternatives.firstAtOnce(async () => {
    await alternatives.offer(REQUEST, texts('model', 1), 3, signal);
    await sleep(GOT_MS * 2); // going on to what was asked for takes long on a busy machine
    assert.equal(renewed(), 0);
  });
  await sleep(GOT_MS * 2);
  assert.equal(renewed(), 1);
});
