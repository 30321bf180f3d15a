import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pace } from '../../../src/extension/model/pace.js';
import { infillOptions } from '../../../src/extension/settings/requestOptions.js';
import { resolveSettings } from '../../../src/extension/settings/settings.js';
import { abortableSleep } from '../../../src/extension/suggest/abortableSleep.js';
import { TypingRhythm } from '../../../src/extension/suggest/adaptiveDelay.js';
import { SuggestionCache } from '../../../src/extension/suggest/suggestionCache.js';
import { Suggester, type SuggesterParts, type SuggestRequest } from '../../../src/extension/suggest/suggester.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import type { InfillOutcome, RunReport } from '../../../src/shared/outcome.js';

const REPORT: RunReport = {
  stepsUsed: 2,
  canvasSize: 8,
  ms: { tokenize: 1, context: 4, steps: [5, 5], postprocess: 1, total: 16 },
  encodedTokens: 1,
  reusedTokens: 9,
};

function infilled(...texts: string[]): InfillOutcome {
  const candidates = texts.map((text) => ({ text, confidence: 0.5, tokens: [], stepsUsed: 2 }));
  return { kind: 'infill', candidates, report: REPORT };
}

function none(reason: 'empty' | 'cancelled'): InfillOutcome {
  return { kind: 'none', reason, detail: '', report: REPORT };
}

interface Scene {
  readonly suggester: Suggester;
  readonly asked: InfillRequest[];
  readonly slept: number[];
  readonly pace: Pace;
  readonly rhythm: TypingRhythm;
}

function scene(answer: (signal: AbortSignal) => Promise<InfillOutcome>, parts: Partial<SuggesterParts> = {}): Scene {
  const asked: InfillRequest[] = [];
  const slept: number[] = [];
  const pace = new Pace();
  const rhythm = new TypingRhythm();
  const suggester = new Suggester({
    infill: (request, signal) => {
      asked.push(request);
      return answer(signal);
    },
    isReady: () => true,
    cache: new SuggestionCache(),
    pace,
    rhythm,
    now: () => 0,
    sleep: async (ms) => void slept.push(ms),
    ...parts,
  });
  return { suggester, asked, slept, pace, rhythm };
}

function request(prefix: string, changes: Partial<SuggestRequest> & { steps?: number } = {}): SuggestRequest {
  const { steps, ...others } = changes;
  const settings = resolveSettings((key) => (key === 'steps' ? steps : undefined));
  return {
    document: 'file:///a.ts',
    context: { prefix, prefixOffset: 0, suffix: '', languageId: 'typescript', eol: '\n', indentUnit: '  ' },
    options: infillOptions(settings, true),
    delay: { mode: 'fixed', milliseconds: 0 },
    ...others,
  };
}

const { signal } = new AbortController();

test('typing through a suggestion needs no new request', async () => {
  const { suggester, asked } = scene(async () => infilled('total = 0;'));
  const first = await suggester.suggest(request('let '), signal);
  const second = await suggester.suggest(request('let to'), signal);
  assert.equal(asked.length, 1);
  assert.deepEqual(first.kind === 'suggestions' && [first.source, first.suggestions[0]?.text], ['model', 'total = 0;']);
  assert.deepEqual(second.kind === 'suggestions' && [second.source, second.suggestions[0]?.text], [
    'cache',
    'tal = 0;',
  ]);
});

test('a changed setting counts from the next request on', async () => {
  const { suggester, asked } = scene(async () => infilled('x'));
  await suggester.suggest(request('a', { steps: 4 }), signal);
  await suggester.suggest(request('a', { steps: 8 }), signal);
  assert.deepEqual(
    asked.map(({ options }) => options.steps),
    [4, 8],
  );
});

test('that there is nothing is remembered, too', async () => {
  const { suggester, asked } = scene(async () => none('empty'));
  await suggester.suggest(request('a'), signal);
  const again = await suggester.suggest(request('a'), signal);
  assert.equal(asked.length, 1);
  assert.deepEqual(again.kind === 'none' && [again.reason, again.source], ['empty', 'cache']);
});

test('a withdrawn request is not remembered', async () => {
  const { suggester, asked } = scene(async () => none('cancelled'));
  await suggester.suggest(request('a'), signal);
  await suggester.suggest(request('a'), signal);
  assert.equal(asked.length, 2);
});

test('withdrawn during the delay: the model is not asked', async () => {
  const controller = new AbortController();
  const { suggester, asked } = scene(async () => infilled('x'), { sleep: abortableSleep });
  const answer = suggester.suggest(request('a', { delay: { mode: 'fixed', milliseconds: 60_000 } }), controller.signal);
  controller.abort();
  assert.equal((await answer).kind, 'none');
  assert.equal(asked.length, 0);
});

test('withdrawn while the model is still loading: not-ready', async () => {
  const { suggester } = scene(async () => none('cancelled'), { isReady: () => false });
  const answer = await suggester.suggest(request('a'), signal);
  assert.equal(answer.kind === 'none' && answer.reason, 'not-ready');
});

test('the delay counts from the last key, and what a person asks for does not wait', async () => {
  const { suggester, slept, rhythm } = scene(async () => none('cancelled'), { now: () => 1000 });
  rhythm.keyPressed(900);
  await suggester.suggest(request('a', { delay: { mode: 'fixed', milliseconds: 250 } }), signal);
  await suggester.suggest(request('b', { delay: { mode: 'fixed', milliseconds: 50 } }), signal);
  await suggester.suggest(request('c', { delay: undefined }), signal);
  assert.deepEqual(slept, [150]);
});

test('the adaptive delay takes the measured time of answers off', async () => {
  const { suggester, slept, rhythm, pace } = scene(async () => none('cancelled'));
  rhythm.keyPressed(0);
  const adaptive = { mode: 'adaptive', milliseconds: 0 } as const;
  await suggester.suggest(request('a ', { delay: adaptive }), signal);
  pace.add(16, { ...REPORT, ms: { ...REPORT.ms, total: 120 } });
  await suggester.suggest(request('b ', { delay: adaptive }), signal);
  assert.deepEqual(slept, [300, 180]);
});

test('a failure is an answer with the error, and is not remembered', async () => {
  const error = new InfillError('model-missing', 'No model.', 'Get one.');
  const { suggester, asked } = scene(() => Promise.reject(error));
  const answer = await suggester.suggest(request('a'), signal);
  assert.deepEqual(answer.kind === 'none' && [answer.reason, answer.detail, answer.error], [
    'error',
    'No model. Get one.',
    error,
  ]);
  await suggester.suggest(request('a'), signal);
  assert.equal(asked.length, 2);
});

test('a bug is an internal error, never a rejection', async () => {
  const { suggester } = scene(() => Promise.reject(new TypeError('x is undefined')));
  const answer = await suggester.suggest(request('a'), signal);
  assert.equal(answer.kind === 'none' && answer.error?.code, 'internal');
});

test('only single candidates are measured', async () => {
  const { suggester, pace } = scene(async () => infilled('a', 'b'));
  const alternatives = { ...request('a').options, candidates: 3 };
  await suggester.suggest(request('a', { options: alternatives }), signal);
  assert.equal(pace.lastMs, undefined);
  await suggester.suggest(request('b'), signal);
  assert.equal(pace.lastMs, 16);
});
