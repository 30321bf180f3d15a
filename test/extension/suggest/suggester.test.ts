import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from '../../../src/extension/editor/refusePlace.js';
import type { Draft } from '../../../src/extension/live/draft.js';
import { GONE } from '../../../src/extension/live/liveCall.js';
import { Latency } from '../../../src/extension/runtime/latency.js';
import { infillOptions } from '../../../src/extension/settings/requestOptions.js';
import { resolveSettings } from '../../../src/extension/settings/settings.js';
import { abortableSleep } from '../../../src/extension/suggest/abortableSleep.js';
import { TypingRhythm } from '../../../src/extension/suggest/adaptiveDelay.js';
import { SuggestionCache } from '../../../src/atCursor/suggestionCache.js';
import {
  type SuggestAnswer,
  Suggester,
  type SuggesterParts,
  type SuggestRequest,
} from '../../../src/extension/suggest/suggester.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillRequest } from '../../../src/shared/infillRequest.js';
import { type InfillOutcome, NO_PASSES, type RunReport, type ShownDraft } from '../../../src/shared/outcome.js';

const REPORT: RunReport = {
  stepsUsed: 2,
  passes: NO_PASSES,
  canvasSize: 8,
  ms: { tokenize: 1, context: 4, steps: [5, 5], postprocess: 1, total: 16 },
  encodedTokens: 1,
  reusedTokens: 9,
};

function infilled(...texts: string[]): InfillOutcome {
  return infilledSure(0.5, ...texts);
}

function infilledSure(confidence: number, ...texts: string[]): InfillOutcome {
  const candidates = texts.map((text) => ({ text, confidence, tokens: [], stepsUsed: 2 }));
  return { kind: 'infill', candidates, report: REPORT };
}

function none(reason: 'empty' | 'cancelled'): InfillOutcome {
  return { kind: 'none', reason, detail: '', report: REPORT };
}

interface Scene {
  readonly suggester: Suggester;
  readonly asked: InfillRequest[];
  readonly slept: number[];
  readonly latency: Latency;
  readonly rhythm: TypingRhythm;
}

function scene(answer: (signal: AbortSignal) => Promise<InfillOutcome>, parts: Partial<SuggesterParts> = {}): Scene {
  const asked: InfillRequest[] = [];
  const slept: number[] = [];
  const latency = new Latency();
  const rhythm = new TypingRhythm();
  const suggester = new Suggester({
    infill: (request, signal) => {
      asked.push(request);
      return answer(signal);
    },
    isReady: () => true,
    cache: new SuggestionCache(),
    latency,
    rhythm,
    now: () => 0,
    sleep: async (ms) => void slept.push(ms),
    ...parts,
  });
  return { suggester, asked, slept, latency, rhythm };
}

function request(prefix: string, changes: Partial<SuggestRequest> & { steps?: number } = {}): SuggestRequest {
  const { steps, ...others } = changes;
  const settings = resolveSettings((key) => (key === 'steps' ? steps : undefined));
  return {
    document: 'file:///a.ts',
    context: { prefix, prefixOffset: 0, suffix: '', languageId: 'typescript', eol: '\n', indentUnit: '  ' },
    options: infillOptions(settings, true),
    delay: { mode: 'fixed', milliseconds: 0 },
    ahead: '',
    otherCursors: [],
    ...others,
  };
}

/** As a person asks: for alternatives, at once, however sure the model is. */
function asked(prefix: string, changes: Partial<SuggestRequest> = {}): SuggestRequest {
  const options = infillOptions(
    resolveSettings(() => undefined),
    false,
  );
  return request(prefix, { options, delay: undefined, ...changes });
}

/** The texts of an answer, or why there is none. */
function textsOf(answer: SuggestAnswer): readonly string[] | string {
  return answer.kind === 'none' ? answer.reason : answer.suggestions.map(({ text }) => text);
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
  const { suggester, slept, rhythm, latency } = scene(async () => none('cancelled'));
  rhythm.keyPressed(0);
  const adaptive = { mode: 'adaptive', milliseconds: 0 } as const;
  await suggester.suggest(request('a ', { delay: adaptive }), signal);
  latency.add(16, { ...REPORT, ms: { ...REPORT.ms, total: 120 } });
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

test('how long a likeliest text takes is measured, not how long others do', async () => {
  let total = 16;
  const { suggester, latency } = scene(async () => {
    const outcome = infilled(`text ${String(total)}`);
    return { ...outcome, report: { ...REPORT, ms: { ...REPORT.ms, total: total++ } } };
  });
  await suggester.suggest(asked('a'), signal);
  await suggester.another(asked('a'), signal);
  assert.equal(latency.lastMs, 16);
});

test('what a person asked for stands while it is typed, every alternative, however sure the model is', async () => {
  const { suggester, asked: sent } = scene(async () => infilledSure(0.1, 'f"Ada is {age}"', 'f(age)', 'name'));
  assert.deepEqual(textsOf(await suggester.suggest(asked('print('), signal)), ['f"Ada is {age}"', 'f(age)', 'name']);
  const typed = [
    await suggester.suggest(request('print(f'), signal),
    await suggester.suggest(request('print(f"', { context: { ...request('print(f"').context, suffix: '"' } }), signal),
    await suggester.suggest(request('print(f('), signal),
    await suggester.suggest(request('print('), signal),
    await suggester.suggest(request('print(n'), signal),
  ].map(textsOf);
  assert.deepEqual(typed, [
    ['"Ada is {age}"', '(age)'],
    ['Ada is {age}'],
    ['age)'],
    ['f"Ada is {age}"', 'f(age)', 'name'],
    ['ame'],
  ]);
  assert.equal(sent.length, 1);
});

test('a doubtful text is for who asks, also while it is typed, and for nobody else', async () => {
  const doubtful = { text: 'total', confidence: 0.01, tokens: [], stepsUsed: 2 };
  const { suggester, asked: sent } = scene(async () => ({ ...none('empty'), reason: 'only-opens', doubtful }));
  const one = { options: { ...asked('').options, candidates: 1 } };
  assert.equal(textsOf(await suggester.suggest(request('let '), signal)), 'only-opens');
  assert.deepEqual(textsOf(await suggester.suggest(asked('let ', one), signal)), ['total']);
  assert.deepEqual(textsOf(await suggester.suggest(request('let t'), signal)), ['otal']);
  assert.equal(sent.length, 1);
});

test('where the model was not sure enough to write anything, it writes all the same for who asks, once', async () => {
  const unsure = { kind: 'none', reason: 'low-confidence', detail: '', report: REPORT } as const;
  let runs = 0;
  const { suggester, asked: sent } = scene(async () => (++runs === 3 ? infilledSure(0.01, 'total') : unsure));
  const one = { options: { ...asked('').options, candidates: 1 } };
  assert.equal(textsOf(await suggester.suggest(request('let '), signal)), 'low-confidence');
  assert.equal(sent.length, 1, 'nobody asked');
  assert.deepEqual(textsOf(await suggester.suggest(asked('let ', one), signal)), ['total']);
  assert.deepEqual(
    sent.map(({ options }) => options.stopBelow),
    [undefined, undefined, 0],
  );
  assert.deepEqual(textsOf(await suggester.suggest(request('let t'), signal)), ['otal']);
  assert.equal(textsOf(await suggester.suggest(asked('x ', one), signal)), 'low-confidence');
  assert.equal(textsOf(await suggester.suggest(asked('x ', one), signal)), 'low-confidence');
  assert.equal(sent.length, 5, 'and not again where that came to nothing');
});

test('that an entry of the list is unlikely stands neither once a person chose it, nor where it is written', async () => {
  const unlikely = { kind: 'none', reason: 'unlikely-entry', detail: '', report: REPORT } as const;
  const { suggester, asked: sent } = scene(async () => (sent.length === 1 ? unlikely : infilledSure(0.9, '();')));
  const entry = { ahead: 3, isChosen: false };
  const selected = { ahead: 'add', entry };
  assert.equal(textsOf(await suggester.suggest(request('this.add', selected), signal)), 'unlikely-entry');
  assert.equal(textsOf(await suggester.suggest(request('this.add', selected), signal)), 'unlikely-entry');
  assert.deepEqual(sent[0]?.entry, entry);
  assert.equal(sent.length, 1);
  const chosen = { ...selected, entry: { ...entry, isChosen: true } };
  assert.deepEqual(textsOf(await suggester.suggest(request('this.add', chosen), signal)), ['();']);
  assert.deepEqual(sent[1]?.entry, chosen.entry);

  const { suggester: other, asked: also } = scene(async () =>
    also.length === 1 ? unlikely : infilledSure(0.9, '();'),
  );
  assert.equal(textsOf(await other.suggest(request('this.add', selected), signal)), 'unlikely-entry');
  assert.deepEqual(textsOf(await other.suggest(request('this.add'), signal)), ['();'], 'the list has written it');
});

test('of what nobody asked for only that is shown which the model is sure of, and a person can still ask for the rest', async () => {
  const one = { options: { ...asked('').options, candidates: 1 } };
  const { suggester, asked: sent } = scene(async () => infilledSure(0.1, 'total'));
  const unasked = await suggester.suggest(request('let '), signal);
  assert.deepEqual(unasked.kind === 'none' && [unasked.reason, unasked.source, unasked.detail], [
    'low-confidence',
    'model',
    'Confidence 10%, minimum 15%.',
  ]);
  assert.equal(textsOf(await suggester.suggest(request('let '), signal)), 'low-confidence');
  assert.deepEqual(textsOf(await suggester.suggest(asked('let ', one), signal)), ['total']);
  assert.equal(sent.length, 1);
  assert.deepEqual(textsOf(await suggester.suggest(request('let t'), signal)), ['otal']);
  assert.equal(sent[0]?.options.minConfidence, 0, 'the threshold is no part of the question');
});

test('of what nobody asked for only that is shown which is worth a look', async () => {
  const quote = { text: '"', confidence: 0.83, worth: -0.5, tokens: [], stepsUsed: 1 };
  const { suggester } = scene(async () => ({ kind: 'infill', candidates: [quote], report: REPORT }));
  const unasked = await suggester.suggest(request('let a = '), signal);
  assert.deepEqual(unasked.kind === 'none' && [unasked.reason, unasked.detail], [
    'not-worth',
    'Confidence 83%, length 1.',
  ]);
  const one = { options: { ...asked('').options, candidates: 1 } };
  assert.deepEqual(textsOf(await suggester.suggest(asked('let a = ', one), signal)), ['"']);
});

test('where the model is not asked, what is shown still stands', async () => {
  const { suggester, asked: sent } = scene(async () => infilledSure(0.1, 'total'));
  const unwelcome = { reason: 'disabled', detail: 'off' } as const;
  assert.equal(textsOf(await suggester.suggest(request('let ', { unwelcome }), signal)), 'disabled');
  await suggester.suggest(asked('let '), signal);
  assert.deepEqual(textsOf(await suggester.suggest(request('let t', { unwelcome }), signal)), ['otal']);
  assert.equal(textsOf(await suggester.suggest(request('let x', { unwelcome }), signal)), 'disabled');
  assert.equal(sent.length, 1);
});

test('the IntelliSense list: what was shown with its item stands without it, and going through it waits', async () => {
  const { suggester, asked: sent, slept } = scene(async () => infilled('.log(x)'), { now: () => 10_000 });
  const delay = { mode: 'fixed', milliseconds: 250 } as const;
  assert.deepEqual(textsOf(await suggester.suggest(request('console', { ahead: 'sole', delay }), signal)), ['.log(x)']);
  assert.deepEqual(textsOf(await suggester.suggest(request('cons'), signal)), ['ole.log(x)']);
  assert.equal(sent.length, 1);
  assert.deepEqual(slept, [250], 'though the last key that changed the text was long ago');
});

/** A model that answers when it is told to. */
function slowModel(): {
  readonly infill: (signal: AbortSignal) => Promise<InfillOutcome>;
  readonly answer: (outcome: InfillOutcome) => void;
  readonly signals: AbortSignal[];
} {
  const signals: AbortSignal[] = [];
  const waiting: ((outcome: InfillOutcome) => void)[] = [];
  return {
    signals,
    infill: (signal) =>
      new Promise((resolve) => {
        signals.push(signal);
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(none('cancelled')));
      }),
    answer: (outcome) => waiting.at(-1)?.(outcome),
  };
}

test('an equal request joins the one that runs, without a delay, whoever asks', async () => {
  const model = slowModel();
  const { suggester, asked: sent, slept } = scene(model.infill);
  const delay = { mode: 'fixed', milliseconds: 250 } as const;
  const first = suggester.suggest(asked('let '), signal);
  const second = suggester.suggest(asked('let '), signal);
  await nextTurn();
  const third = suggester.suggest(request('let ', { delay }), signal);
  await nextTurn();
  model.answer(infilledSure(0.1, 'a', 'b'));
  assert.deepEqual((await Promise.all([first, second])).map(textsOf), [
    ['a', 'b'],
    ['a', 'b'],
  ]);
  assert.deepEqual(textsOf(await third), ['a', 'b'], 'a person has seen it');
  assert.equal(sent.length, 1);
  assert.deepEqual(slept, []);
});

test('a request with other options or of another place is another one; a person joins what VS Code asked', async () => {
  const model = slowModel();
  const { suggester, asked: sent } = scene(model.infill);
  for (const each of [request('a'), asked('a'), request('a', { steps: 3 }), request('b')]) {
    void suggester.suggest(each, signal);
    await nextTurn();
  }
  assert.equal(sent.length, 3);
});

test('who leaves does not take the answer from the others; when the last one has left, the model is told to stop', async () => {
  const model = slowModel();
  const { suggester, asked: sent } = scene(model.infill);
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [suggester.suggest(asked('a'), first.signal), suggester.suggest(asked('a'), second.signal)];
  await nextTurn();
  first.abort();
  assert.equal(textsOf((await answers[0]) ?? assert.fail()), 'cancelled', 'at once');
  await sleep(300);
  assert.equal(model.signals[0]?.aborted, false);
  second.abort();
  assert.equal(textsOf((await answers[1]) ?? assert.fail()), 'cancelled');
  await sleep(300);
  assert.equal(model.signals[0].aborted, true);
  void suggester.suggest(asked('a'), signal);
  await nextTurn();
  assert.equal(sent.length, 2, 'what was told to stop cannot be joined');
});

test('asked again right after it was withdrawn, as VS Code does, it goes on', async () => {
  const model = slowModel();
  const { suggester, asked: sent } = scene(model.infill);
  const controller = new AbortController();
  const options = { ...request('').options, candidates: asked('').options.candidates };
  const automatic = suggester.suggest(request('a', { options }), controller.signal);
  await nextTurn();
  controller.abort();
  assert.equal(textsOf(await automatic), 'cancelled');
  await sleep(50);
  const manual = suggester.suggest(asked('a'), signal);
  await sleep(300);
  model.answer(infilledSure(0.1, 'b'));
  assert.deepEqual(textsOf(await manual), ['b']);
  assert.equal(sent.length, 1);
});

test('another model is asked anew, and the answer of the one before is not remembered', async () => {
  const model = slowModel();
  const { suggester, asked: sent } = scene(model.infill);
  const before = suggester.suggest(request('a'), signal);
  await nextTurn();
  suggester.forget();
  model.answer(infilled('old'));
  await nextTurn();
  assert.equal(sent.length, 2, 'whoever waits asks again');
  model.answer(infilled('new'));
  assert.deepEqual(textsOf(await before), ['new']);
  assert.deepEqual(textsOf(await suggester.suggest(request('a'), signal)), ['new']);
  assert.equal(sent.length, 2);
});

test('whoever has left by the time that another model answers asks nobody', async () => {
  const model = slowModel();
  const { suggester, asked: sent } = scene(model.infill);
  const controller = new AbortController();
  const before = suggester.suggest(request('a'), controller.signal);
  await nextTurn();
  suggester.forget();
  controller.abort();
  assert.equal(textsOf(await before), 'cancelled');
  await nextTurn();
  assert.equal(sent.length, 1);
});

test('what the one that answers now may not be told is not asked again, nor after the pause', async () => {
  const model = slowModel();
  let isFit = true;
  const { suggester, asked: sent } = scene(model.infill, {
    sleep: () => {
      isFit = false;
      return Promise.resolve();
    },
  });
  const before = suggester.suggest(request('a', { delay: undefined, isFit: () => isFit }), signal);
  await nextTurn();
  isFit = false;
  suggester.forget();
  model.answer(infilled('old'));
  assert.equal(textsOf(await before), 'cancelled');
  isFit = true;
  const delay = { mode: 'fixed', milliseconds: 50 } as const;
  assert.equal(
    textsOf(await suggester.suggest(request('b', { delay, ahead: 'x', isFit: () => isFit }), signal)),
    'cancelled',
  );
  assert.equal(sent.length, 1);
});

test('names are asked for once, before the pause, and only where the model is asked', async () => {
  const order: string[] = [];
  let time = 0;
  const { suggester, asked, rhythm } = scene(async () => infilled('total;'), {
    now: () => time,
    sleep: async () => void order.push('pause'),
  });
  const names = async (): Promise<{ names: string[]; isLate: boolean }> => {
    order.push('names');
    await nextTurn();
    time += 12;
    return { names: ['total'], isLate: false };
  };
  rhythm.keyPressed(0);
  const first = await suggester.suggest(request('a.', { names, delay: { mode: 'fixed', milliseconds: 100 } }), signal);
  assert.deepEqual(order, ['names', 'pause']);
  assert.deepEqual(asked[0]?.names, ['total']);
  assert.deepEqual(first.names, { count: 1, waitedMs: 12, isLate: false });
  const again = await suggester.suggest(request('a.to', { names }), signal);
  assert.deepEqual([again.source, again.names, order.length], ['cache', undefined, 2]);
});

test('a request without names has none, and so has one whose list was late', async () => {
  const { suggester, asked } = scene(async () => infilled('x'));
  await suggester.suggest(request('a ', { names: () => undefined }), signal);
  await suggester.suggest(request('b '), signal);
  const late = await suggester.suggest(request('c.', { names: async () => ({ names: [], isLate: true }) }), signal);
  assert.deepEqual(late.names, { count: 0, waitedMs: 0, isLate: true });
  assert.ok(asked.every((each) => !('names' in each)));
});

/** A model that answers when a test says so, with what was asked of it. */
interface Held {
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly isAhead: () => boolean;
  readonly answer: (outcome: InfillOutcome) => void;
}

function heldScene(): Scene & { readonly held: Held[] } {
  const held: Held[] = [];
  const infill: SuggesterParts['infill'] = ({ context }, stop, isAhead) =>
    new Promise((answer) => held.push({ prefix: context.prefix, signal: stop, isAhead, answer }));
  return { ...scene(async () => none('empty'), { infill }), held };
}

test('what was asked ahead is answered from the cache, without a delay', async () => {
  const { suggester, asked, slept, latency } = scene(async () => infilled('next'));
  const delay = { mode: 'fixed', milliseconds: 300 } as const;
  const ahead = await suggester.askAhead(request('let total = 0;', { delay }));
  assert.equal(ahead?.kind, 'suggestions');
  assert.deepEqual([slept, latency.lastMs], [[], undefined], 'nobody waited, so it says nothing of waiting');
  const answer = await suggester.suggest(request('let total = 0;', { delay }), signal);
  assert.deepEqual([answer.source, textsOf(answer)], ['cache', ['next']]);
  assert.equal(asked.length, 1);
});

test('whoever comes to a place that is asked ahead waits for that, and from then on it is no longer ahead', async () => {
  const { suggester, slept, held } = heldScene();
  const ahead = suggester.askAhead(request('a'));
  await nextTurn();
  assert.equal(held[0]?.isAhead(), true);
  const joined = suggester.suggest(request('a', { delay: { mode: 'fixed', milliseconds: 300 } }), signal);
  await nextTurn();
  assert.equal(held[0].isAhead(), false);
  held[0].answer(infilled('b'));
  assert.deepEqual(textsOf(await joined), ['b']);
  assert.equal((await ahead)?.kind, 'suggestions');
  assert.deepEqual([held.length, slept], [1, []]);
});

test('a question of another place stops what is asked ahead at once, before its own pause', async () => {
  const { suggester, held } = heldScene();
  const ahead = suggester.askAhead(request('let total = 0;'));
  await nextTurn();
  const stopped: unknown[] = [];
  const names = (): undefined => {
    stopped.push(held[0]?.signal.aborted); // it is asked when the pause begins
    return undefined;
  };
  const other = suggester.suggest(request('let q', { names }), signal);
  await nextTurn();
  assert.deepEqual(stopped, [true]);
  held[0]?.answer(none('cancelled'));
  assert.equal(await ahead, undefined);
  held[1]?.answer(infilled('x'));
  assert.deepEqual(textsOf(await other), ['x']);
});

test('typing through what is shown does not stop what is asked ahead', async () => {
  const { suggester, held } = heldScene();
  const first = suggester.suggest(request('let '), signal);
  await nextTurn();
  held[0]?.answer(infilled('total = 0;'));
  await first;
  const ahead = suggester.askAhead(request('let total = 0;'));
  await nextTurn();
  assert.deepEqual(textsOf(await suggester.suggest(request('let to'), signal)), ['tal = 0;']);
  assert.equal(held[1]?.signal.aborted, false);
  held[1].answer(none('empty'));
  assert.equal((await ahead)?.kind, 'none');
});

test('what was asked ahead and given up leaves nothing in the cache', async () => {
  for (const reason of ['superseded', 'not-ready'] as const) {
    const { suggester, asked } = scene(async () => ({ kind: 'none', reason, detail: '', report: REPORT }));
    assert.equal(await suggester.askAhead(request('a')), undefined);
    await suggester.suggest(request('a'), signal);
    assert.equal(asked.length, 2);
  }
});

test('where an automatic suggestion would not be welcome nothing is asked ahead', async () => {
  const { suggester, asked } = scene(async () => infilled('x'));
  const unwelcome = { reason: 'unsuitable-position', detail: '' } as const;
  assert.equal(await suggester.askAhead(request('a', { unwelcome })), undefined);
  assert.equal(asked.length, 0);
});

/** A model that has these texts, and says of each request which it is not to be like. */
function modelOf(...texts: string[]): {
  readonly besides: (readonly string[] | undefined)[];
  readonly parts: Partial<SuggesterParts>;
} {
  const besides: (readonly string[] | undefined)[] = [];
  const infill = async (asked: InfillRequest): Promise<InfillOutcome> => {
    besides.push(asked.besides);
    const left = texts.filter((text) => !asked.besides?.includes(text));
    return left[0] === undefined ? none('empty') : infilled(left[0]);
  };
  return { besides, parts: { infill } };
}

test('another text is asked for beside all that are known, and is known from then on', async () => {
  const { besides, parts } = modelOf('a', 'b', 'c');
  const { suggester } = scene(async () => none('empty'), parts);
  await suggester.suggest(asked('let '), signal);
  assert.deepEqual(textsOf(await suggester.another(asked('let '), signal)), ['a', 'b']);
  assert.deepEqual(textsOf(await suggester.another(asked('let '), signal)), ['a', 'b', 'c']);
  assert.deepEqual(besides, [undefined, ['a'], ['a', 'b']]);
  assert.deepEqual(textsOf(await suggester.suggest(asked('let '), signal)), ['a', 'b', 'c']);
  assert.equal(besides.length, 3);
});

test('that there is no other is known as well', async () => {
  const { besides, parts } = modelOf('a');
  const { suggester } = scene(async () => none('empty'), parts);
  await suggester.suggest(asked('let '), signal);
  assert.equal(textsOf(await suggester.another(asked('let '), signal)), 'low-confidence');
  assert.equal(textsOf(await suggester.another(asked('let '), signal)), 'low-confidence');
  assert.deepEqual([besides.length, textsOf(await suggester.suggest(asked('let '), signal))], [2, ['a']]);
});

test('after some of a suggestion was typed others are asked for where the cursor stands, and all are known there', async () => {
  const { besides, parts } = modelOf('first', 'second', 'third');
  const { suggester } = scene(async () => none('empty'), parts);
  await suggester.suggest(asked('let '), signal);
  await suggester.suggest(request('let fi'), signal);
  assert.deepEqual(textsOf(await suggester.another(asked('let fi'), signal)), ['rst', 'first']);
  assert.deepEqual(besides, [undefined, ['rst']]);
  assert.deepEqual(textsOf(await suggester.suggest(asked('let '), signal)), ['first'], 'there it is as it was');
});

test('where nothing is known nothing else is asked for', async () => {
  const { besides, parts } = modelOf('a');
  const { suggester } = scene(async () => none('empty'), parts);
  assert.equal(textsOf(await suggester.another(asked('let '), signal)), 'low-confidence');
  assert.deepEqual(besides, []);
});

test('who wants another one waits for that which is asked for ahead', async () => {
  const { suggester, held } = heldScene();
  const first = suggester.suggest(asked('a'), signal);
  await nextTurn();
  held[0]?.answer(infilled('b'));
  await first;
  const ahead = suggester.another(asked('a'), signal, true);
  await nextTurn();
  assert.equal(held[1]?.isAhead(), true);
  const wanted = suggester.another(asked('a'), signal);
  await nextTurn();
  assert.equal(held[1].isAhead(), false);
  held[1].answer(infilled('c'));
  assert.deepEqual([textsOf(await ahead), textsOf(await wanted), held.length], [['b', 'c'], ['b', 'c'], 2]);
});

/** What comes of a request for which drafts are told, and what it takes to let it end. */
function liveScene(final: string) {
  let onDraft: ((draft: ShownDraft) => void) | undefined;
  const isWatched: boolean[] = [];
  let finish: () => void = () => undefined;
  const withdrawn: AbortSignal[] = [];
  const parts: Partial<SuggesterParts> = {
    infill: (_request, own, _isAhead, tell, drafts) => {
      const at = withdrawn.push(own) - 1;
      isWatched[at] = drafts === true;
      if (drafts !== true) void drafts.then(() => (isWatched[at] = true));
      onDraft = tell;
      return new Promise((resolve) => (finish = () => resolve(infilled(final))));
    },
  };
  const { suggester } = scene(async () => none('empty'), parts);
  const draft = (text: string): void => onDraft?.({ text, confidence: 0.1, isWhole: false });
  return { suggester, draft, finish: () => finish(), requests: withdrawn, isWatched };
}

test('who types along with a draft joins the request, is shown the rest, and gets what is left of the answer', async () => {
  const { suggester, draft, finish, requests } = liveScene('total = 0;');
  const seen: string[] = [];
  const tell = ({ suggestion }: Draft): unknown => seen.push(suggestion.text);
  const first = suggester.suggest(asked('let '), signal, tell);
  await nextTurn();
  draft('tot');
  assert.equal(suggester.goesAlong(request('let t')), true);
  assert.equal(suggester.goesAlong(request('let x')), false);
  const unwelcome: Refusal = { reason: 'unsuitable-position', detail: '' };
  const along = suggester.suggest(request('let t', { unwelcome }), signal, tell);
  draft('total');
  finish();
  assert.deepEqual(textsOf(await first), ['total = 0;']);
  assert.deepEqual(textsOf(await along), ['otal = 0;'], 'a person has asked, however sure the model is');
  assert.deepEqual([seen, requests.length], [['tot', 'ot', 'total', 'otal'], 1]);
});

test('where it comes to something else than was typed meanwhile, it is asked from there', async () => {
  const { suggester, draft, finish, requests } = liveScene('other');
  void suggester.suggest(asked('let '), signal, () => undefined);
  await nextTurn();
  draft('tot');
  const along = suggester.suggest(request('let t'), signal, () => undefined);
  await nextTurn();
  finish();
  await sleep(10);
  assert.equal(requests.length, 2);
  finish();
  assert.deepEqual(textsOf(await along), ['other']);
});

test('who is gone for good ends the request at once, and nobody is told drafts that did not ask for them', async () => {
  const { suggester, draft, requests } = liveScene('total');
  const gone = new AbortController();
  const answer = suggester.suggest(asked('let '), gone.signal, () => undefined);
  await nextTurn();
  draft('tot');
  gone.abort(GONE);
  assert.deepEqual(textsOf(await answer), 'cancelled');
  assert.equal(requests[0]?.aborted, true);

  const plain = liveScene('total');
  void plain.suggester.suggest(asked('let '), signal);
  await nextTurn();
  plain.draft('tot');
  assert.equal(plain.suggester.goesAlong(request('let t')), false);
  assert.deepEqual(plain.isWatched, [false]);
});

test('who asks while a request is under way that nobody watches is told its drafts from then on', async () => {
  const { suggester, draft, finish, requests, isWatched } = liveScene('total = 0;');
  const automatic = suggester.suggest(request('let '), signal);
  await sleep(10);
  assert.deepEqual(isWatched, [false]);
  const seen: string[] = [];
  const wanted = suggester.suggest(asked('let '), signal, ({ suggestion }) => seen.push(suggestion.text));
  await nextTurn();
  assert.deepEqual(isWatched, [true]);
  draft('tot');
  assert.equal(suggester.goesAlong(request('let t')), true);
  finish();
  assert.deepEqual(textsOf(await wanted), ['total = 0;']);
  assert.deepEqual([seen, requests.length], [['tot'], 1]);
  await automatic;
});
