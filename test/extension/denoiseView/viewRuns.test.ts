import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ViewRuns } from '../../../src/extension/denoiseView/viewRuns.js';
import { restoredSpan } from '../../../src/extension/denoiseView/restoredSpan.js';
import type { InfillService } from '../../../src/inference/host/infillService.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { InfillOptions } from '../../../src/shared/infillOptions.js';
import type { CanvasRequest, InfillRequest, TextContext } from '../../../src/shared/infillRequest.js';
import type { CanvasOutcome, CanvasPosition, InfillOutcome, StepTrace } from '../../../src/shared/outcome.js';
import type { ToView } from '../../../src/view/viewMessages.js';

const PLACE = { context: { prefix: 'a', suffix: 'b' } as TextContext, options: { steps: 4 } as InfillOptions };
const REPORT = {} as InfillOutcome['report'];
const FOUND = { uri: 'file:///a.ts', path: 'a.ts', line: 3 };

function positions(...texts: readonly string[]): CanvasPosition[] {
  return texts.map((text, group) => ({
    ...{ id: group, text, group, confidence: 1, step: 0, source: 'denoiser' as const, isPinned: false },
  }));
}

function candidate(text: string, isFound: boolean): InfillOutcome {
  const one = { text, confidence: 0.5, tokens: [], stepsUsed: 1, ...(isFound ? { source: FOUND } : {}) };
  return { kind: 'infill', candidates: [one], report: REPORT };
}

interface Scene {
  readonly runs: ViewRuns;
  readonly sent: ToView[];
  readonly infills: InfillRequest[];
  readonly canvases: CanvasRequest[];
}

function scene(infill: () => Promise<InfillOutcome>, steps: readonly CanvasPosition[][] = []): Scene {
  const [sent, infills, canvases]: [ToView[], InfillRequest[], CanvasRequest[]] = [[], [], []];
  const service: Pick<InfillService, 'infill' | 'canvas'> = {
    infill: async (request, { onStep } = {}) => {
      infills.push(request);
      steps.forEach((each, step) =>
        onStep?.({ step, kind: 'denoise', ms: 9, positions: each } as unknown as StepTrace),
      );
      return infill();
    },
    canvas: async (request) => {
      canvases.push(request);
      const canvas = positions(...request.canvas.map((part) => (part.kind === 'text' ? part.text : '?')));
      const { alternatives, scores } = request;
      if (scores) return { kind: 'scores', canvas, report: REPORT };
      const answer =
        alternatives === undefined
          ? { ...candidate('x', false), canvas }
          : { kind: 'alternatives', position: alternatives.position, alternatives: [], canvas, report: REPORT };
      return answer as CanvasOutcome;
    },
  };
  const runs = new ViewRuns({
    service,
    send: (message) => sent.push(message),
    explain: ({ reason }) => reason,
    onOutcome: () => undefined,
  });
  return { runs, sent, infills, canvases };
}

test('an empty hole is a fill, of which each step is told; the canvas at last is that of the last step', async () => {
  const { runs, sent, infills } = scene(async () => candidate('ab', false), [positions('a'), positions('a', 'b')]);
  await runs.run({ type: 'run', run: 7, steps: 2 }, PLACE);
  assert.deepEqual(
    sent.map((message) => [message.type, 'run' in message && message.run]),
    [
      ['step', 7],
      ['step', 7],
      ['done', 7],
    ],
  );
  const last = sent.at(-1);
  assert.deepEqual(last?.type === 'done' && last.canvas.map(({ text }) => text), ['a', 'b']);
  const { steps, trace, positions: told } = infills[0]?.options ?? {};
  assert.deepEqual([steps, trace, told], [2, true, true]);
});

test('a text that was found is shown as it stands, with where it is from, whatever the model put on its canvas', async () => {
  const { runs, sent, canvases } = scene(async () => candidate('found', true), [positions('other')]);
  await runs.run({ type: 'run', run: 1, steps: 2 }, PLACE);
  assert.deepEqual(canvases[0]?.canvas, [{ kind: 'text', text: 'found', confidence: 0.5, from: FOUND }]);
  const last = sent.at(-1);
  assert.deepEqual(last?.type === 'done' && last.canvas.map(({ text }) => text), ['found']);
});

test('where there is no text the view is told why, and a failure is one', async () => {
  const none = scene(async () => ({ kind: 'none', reason: 'empty', detail: '', report: REPORT }));
  await none.runs.run({ type: 'run', run: 1, steps: 2 }, PLACE);
  const [done] = none.sent;
  assert.deepEqual(done?.type === 'done' && [done.canvas, done.why], [[], 'empty']);
  const failing = scene(() => Promise.reject(new InfillError('worker-died', 'It died.', 'Try again.')));
  await failing.runs.run({ type: 'run', run: 1, steps: 2 }, PLACE);
  assert.match(failing.sent.map((each) => (each.type === 'failed' ? each.message : '')).join(), /It died.*Try again/su);
});

test('of a run that was stopped, or that a newer one took the place of, nothing more is told', async () => {
  let release: (outcome: InfillOutcome) => void = () => undefined;
  const { runs, sent } = scene(() => new Promise((resolve) => (release = resolve)));
  const first = runs.run({ type: 'run', run: 1, steps: 2 }, PLACE);
  const second = runs.run({ type: 'run', run: 2, steps: 2, canvas: [{ kind: 'mask' }] }, PLACE);
  release(candidate('late', false));
  await Promise.all([first, second]);
  assert.deepEqual(
    sent.map((message) => 'run' in message && message.run),
    [2],
  );
  const third = runs.run({ type: 'run', run: 3, steps: 2 }, PLACE);
  runs.stop();
  release(candidate('late', false));
  await third;
  assert.equal(sent.length, 1);
});

test('alternatives are asked of the whole canvas', async () => {
  const { runs, sent, canvases } = scene(async () => candidate('x', false));
  const canvas = [{ kind: 'text', text: 'a' }, { kind: 'mask' }] as const;
  await runs.alternatives({ type: 'alternatives', run: 4, canvas, position: 1 }, PLACE);
  assert.deepEqual([canvases[0]?.canvas, canvases[0]?.alternatives?.position], [canvas, 1]);
  assert.deepEqual(sent, [{ type: 'alternatives', run: 4, position: 1, alternatives: [] }]);
});

test('what a page has kept tells its place, and anything else tells none', () => {
  const where = { uri: 'file:///a.ts', start: 3, end: 5, text: 'xy' };
  assert.deepEqual(restoredSpan({ version: 1, state: { place: { where } } }), where);
  for (const kept of [
    undefined,
    null,
    'x',
    {},
    { state: { place: {} } },
    { state: { place: { where: { ...where, start: 'x' } } } },
  ]) {
    assert.equal(restoredSpan(kept), undefined);
  }
});

test('what is demanded goes along, and start and end stand around what the model wrote', async () => {
  const conditions = { start: 'x', length: { least: 2, most: 9 } };
  const { runs, sent, infills, canvases } = scene(async () => candidate('xab', false), [positions('a', 'b')]);
  await runs.run({ type: 'run', run: 1, steps: 2, conditions }, PLACE);
  assert.deepEqual(infills[0]?.conditions, conditions);
  assert.equal(infills[0].options.maxTokens, 9);
  const [step] = sent;
  assert.deepEqual(step?.type === 'step' && step.step.positions.map(({ text }) => text), ['x', 'a', 'b']);
  assert.deepEqual(
    canvases[0]?.canvas.map(({ kind }) => kind),
    ['text', 'text', 'token'],
  );
  await runs.run({ type: 'run', run: 2, steps: 2, canvas: [{ kind: 'mask' }], conditions }, PLACE);
  assert.deepEqual(canvases[1]?.conditions, conditions);
});

test('scores are asked of a canvas, and told', async () => {
  const { runs, sent, canvases } = scene(async () => candidate('ab', false));
  await runs.score({ type: 'score', run: 3, canvas: [{ kind: 'text', text: 'a' }] }, PLACE);
  assert.equal(canvases[0]?.scores, true);
  assert.deepEqual(
    sent.map(({ type }) => type),
    ['scores'],
  );
});
