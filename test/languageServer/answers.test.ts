import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { InfillRequest } from '../../src/shared/infillRequest.js';
import { InfillError } from '../../src/shared/infillError.js';
import { type Candidate, type InfillOutcome, NO_PASSES, type RunReport } from '../../src/shared/outcome.js';
import { type Answer, type Answering, Answers } from '../../src/languageServer/answers.js';
import { holeAt } from '../../src/languageServer/hole.js';
import { DEFAULT_OPTIONS, type ServerOptions } from '../../src/languageServer/serverOptions.js';

const REPORT: RunReport = {
  stepsUsed: 1,
  passes: NO_PASSES,
  canvasSize: 4,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 0 },
  encodedTokens: 0,
  reusedTokens: 0,
};

function found(...candidates: readonly (Partial<Candidate> & { readonly text: string })[]): InfillOutcome {
  const whole = candidates.map((each) => ({ confidence: 0.9, tokens: [], stepsUsed: 1, ...each }));
  return { kind: 'infill', candidates: whole, report: REPORT };
}

const CANCELLED: InfillOutcome = { kind: 'none', reason: 'cancelled', detail: '', report: REPORT };

/** An engine whose runs end when a test says so, or when they are cancelled. */
class ScriptedEngine {
  readonly requests: InfillRequest[] = [];
  /** Of the run that computes. */
  finish: (outcome: InfillOutcome | Error) => void = () => assert.fail('nothing computes');
  private computing = 0;

  readonly answering = {
    recommended: { steps: 8 },
    infill: async (request: InfillRequest, { signal }: { readonly signal?: AbortSignal } = {}) => {
      this.requests.push(request);
      assert.equal(++this.computing, 1, 'two requests compute at the same time');
      const outcome = await new Promise<InfillOutcome | Error>((resolve) => {
        this.finish = resolve;
        if (signal?.aborted === true) resolve(CANCELLED);
        signal?.addEventListener('abort', () => resolve(CANCELLED));
      });
      this.computing--;
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
  } as unknown as Answering;
}

interface Asking {
  readonly uri?: string;
  readonly isAsked?: boolean;
  readonly options?: Partial<ServerOptions>;
  readonly signal?: AbortSignal;
  readonly entry?: string;
}

function scripted(): {
  readonly engine: ScriptedEngine;
  /** `|` is the cursor. */
  readonly ask: (drawing: string, asking?: Asking) => Promise<Answer>;
} {
  const engine = new ScriptedEngine();
  const answers = new Answers(() => Promise.resolve(engine.answering));
  return {
    engine,
    ask: (drawing, { uri = 'file:///a.ts', isAsked = false, options, signal, entry } = {}) => {
      const at = drawing.indexOf('|');
      const document = TextDocument.create(uri, 'typescript', 1, drawing.replace('|', ''));
      const end = document.positionAt(at);
      const start = document.positionAt(/\w*$/u.exec(drawing.slice(0, at))?.index ?? at);
      const hole = holeAt(document, end, entry === undefined ? undefined : { range: { start, end }, text: entry });
      assert.ok(hole !== undefined);
      const never = new AbortController().signal;
      return answers.ask({ uri, hole, isAsked }, { ...DEFAULT_OPTIONS, ...options }, signal ?? never);
    },
  };
}

/** Lets what was asked begin to compute, then ends it. */
async function after(engine: ScriptedEngine, outcome: InfillOutcome | Error, asked: Promise<Answer>): Promise<Answer> {
  await nextTurn();
  engine.finish(outcome);
  return asked;
}

function textsOf(answer: Answer): readonly string[] | string {
  return answer.kind === 'suggestions'
    ? answer.suggestions.map(({ text }) => text)
    : `${answer.kind}: ${answer.reason}`;
}

describe('who asks', () => {
  test('is given all candidates, however sure they are', async () => {
    const { engine, ask } = scripted();
    const outcome = found({ text: 'a', confidence: 0.02, worth: -3 }, { text: 'b', confidence: 0.01 });
    const answer = await after(engine, outcome, ask('return |;', { isAsked: true }));
    assert.deepEqual(textsOf(answer), ['a', 'b']);
    assert.deepEqual([engine.requests[0]?.options.candidates, engine.requests[0]?.options.minConfidence], [3, 0]);
  });

  test('is given what the model doubts', async () => {
    const { engine, ask } = scripted();
    const asked = ask('return |;', { isAsked: true });
    await nextTurn();
    engine.finish({ kind: 'none', reason: 'low-confidence', detail: '', report: REPORT });
    const answer = await after(engine, found({ text: 'doubtful', confidence: 0.01 }), asked);
    assert.deepEqual(textsOf(answer), ['doubtful']);
    assert.equal(engine.requests[1]?.options.stopBelow, 0);
  });

  test('does so in the middle of a word, and where nothing comes by itself', async () => {
    const { engine, ask } = scripted();
    const asked = ask('re|turn', { isAsked: true, options: { automatic: false } });
    assert.deepEqual(textsOf(await after(engine, found({ text: 'x' }), asked)), ['x']);
  });

  test('types along with all of it', async () => {
    const { engine, ask } = scripted();
    await after(engine, found({ text: 'alpha', confidence: 0.01 }, { text: 'along' }), ask('x = |', { isAsked: true }));
    assert.deepEqual(textsOf(await ask('x = al|')), ['pha', 'ong']);
    assert.deepEqual(textsOf(await ask('x = alp|')), ['ha']);
    assert.equal(engine.requests.length, 1);
  });
});

describe('what comes while a person types', () => {
  test('is one text, sure enough and worth a look', async () => {
    const { engine, ask } = scripted();
    const sure = {
      text: 'sure and more',
      confidence: 0.1,
      worth: 1,
      unasked: { text: 'sure', confidence: 0.8, worth: 2 },
    };
    assert.deepEqual(textsOf(await after(engine, found(sure), ask('return |;'))), ['sure']);
    assert.equal(engine.requests[0]?.options.candidates, 1);
    const unsure = found({ text: 'unsure', confidence: 0.14 });
    assert.equal(textsOf(await after(engine, unsure, ask('return 1 + |;'))), 'none: low-confidence');
    const unworthy = found({ text: ';', confidence: 0.9, worth: -1 });
    assert.equal(textsOf(await after(engine, unworthy, ask('return 2 + |'))), 'none: not-worth');
  });

  test('is as sure as the settings say', async () => {
    const { engine, ask } = scripted();
    const asked = ask('return |;', { options: { minConfidence: 0.95 } });
    assert.equal(textsOf(await after(engine, found({ text: 'x' }), asked)), 'none: low-confidence');
    assert.deepEqual(
      textsOf(await ask('return |;', { options: { minConfidence: 0.5 } })),
      ['x'],
      'nothing was computed anew',
    );
  });

  test('is nothing in the middle of a word, in an empty document, and where it is off', async () => {
    const { engine, ask } = scripted();
    assert.equal(textsOf(await ask('re|turn')), 'none: unsuitable-position');
    assert.equal(textsOf(await ask(' \n|')), 'none: unsuitable-position');
    assert.equal(textsOf(await ask('return |', { options: { automatic: false } })), 'none: not-asked');
    assert.equal(engine.requests.length, 0);
  });

  test('is known while a person types along with it, and computed where somebody types something else', async () => {
    const { engine, ask } = scripted();
    await after(engine, found({ text: 'foo(bar)' }), ask('x = |'));
    assert.deepEqual(textsOf(await ask('x = fo|')), ['o(bar)']);
    assert.deepEqual(await ask('x = foo(|)'), { kind: 'suggestions', suggestions: [{ text: 'bar', replaceAfter: 0 }] });
    assert.equal(engine.requests.length, 1);
    await after(engine, found({ text: 'b' }), ask('x = fa|'));
    assert.equal(engine.requests.length, 2);
  });
});

describe('requests', () => {
  test('of one document: a newer one takes the place of the older one', async () => {
    const { engine, ask } = scripted();
    const older = ask('x = |');
    await nextTurn();
    const newer = ask('x = a|');
    assert.equal(textsOf(await older), 'unanswered: superseded');
    assert.deepEqual(textsOf(await after(engine, found({ text: 'b' }), newer)), ['b']);
  });

  test('that wait for their turn do not begin once they are replaced', async () => {
    const { engine, ask } = scripted();
    const other = ask('y = |', { uri: 'file:///b.ts' });
    await nextTurn();
    const asked = ['x = |', 'x = a|', 'x = ab|'].map((drawing) => ask(drawing));
    await nextTurn();
    assert.deepEqual(
      textsOf(await after(engine, found({ text: 'y' }), other)),
      ['y'],
      'another document is not stopped',
    );
    const last = await after(engine, found({ text: 'c' }), asked[2] ?? assert.fail());
    assert.deepEqual(textsOf(last), ['c']);
    assert.equal(textsOf((await asked[0]) ?? assert.fail()), 'unanswered: superseded');
    assert.deepEqual(
      engine.requests.map(({ context }) => context.prefix),
      ['y = ', 'x = ab'],
    );
  });

  test('that ask the same are computed once', async () => {
    const { engine, ask } = scripted();
    const first = ask('x = |');
    await nextTurn();
    const again = ask('x = |');
    const answer = await after(engine, found({ text: 'b' }), again);
    assert.deepEqual([textsOf(await first), textsOf(answer)], [['b'], ['b']]);
    assert.equal(engine.requests.length, 1);
  });

  test('that are taken back stop the model, unless another one waits for the same', async () => {
    const { engine, ask } = scripted();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = ask('x = |', { signal: one.signal });
    await nextTurn();
    const second = ask('x = |', { signal: two.signal });
    await nextTurn();
    one.abort();
    await nextTurn();
    engine.finish(found({ text: 'b' }));
    assert.equal(textsOf(await first), 'unanswered: cancelled');
    assert.deepEqual(textsOf(await second), ['b']);
    const third = ask('z = |', { signal: two.signal });
    await nextTurn();
    two.abort();
    assert.equal(textsOf(await third), 'unanswered: cancelled');
    assert.deepEqual(textsOf(await after(engine, found({ text: 'z' }), ask('z = |'))), ['z'], 'nothing of it is known');
  });

  test('that ask the same as one that was just taken back are answered', async () => {
    const { engine, ask } = scripted();
    const taken = new AbortController();
    const first = ask('x = |', { signal: taken.signal });
    await nextTurn();
    taken.abort();
    const again = ask('x = |');
    assert.equal(textsOf(await first), 'unanswered: cancelled');
    assert.deepEqual(textsOf(await after(engine, found({ text: 'b' }), again)), ['b']);
  });

  test('whose run fails reject, and the next one is answered', async () => {
    const { engine, ask } = scripted();
    const failed = after(engine, new InfillError('invalid-request', 'No.', 'Yes.'), ask('x = |'));
    await assert.rejects(failed, { code: 'invalid-request' });
    assert.deepEqual(textsOf(await after(engine, found({ text: 'b' }), ask('x = |'))), ['b']);
  });

  test('with an entry selected bring it along, and its rest with the text once the list is closed', async () => {
    const { engine, ask } = scripted();
    const asked = ask('console.lo|', { entry: 'log' });
    const answer = await after(engine, found({ text: '(x)' }), asked);
    assert.deepEqual(textsOf(answer), ['(x)']);
    assert.equal(engine.requests[0]?.context.prefix, 'console.log');
    assert.deepEqual(engine.requests[0].entry, { ahead: 1, isChosen: false });
    assert.deepEqual(textsOf(await ask('console.lo|')), ['g(x)']);
  });
});
