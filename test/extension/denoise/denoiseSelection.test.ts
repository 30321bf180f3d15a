import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type * as vscode from 'vscode';
import type { Proposed } from '../../../src/extension/denoise/denoiseTask.js';
import type { PreviewDocuments } from '../../../src/extension/denoise/previewDocuments.js';
import type { ProposalReview } from '../../../src/extension/denoise/proposalReview.js';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import type { ErrorNotice } from '../../../src/extension/ui/errorNotice.js';
import type { DenoiseRequest } from '../../../src/shared/infillRequest.js';
import { type DenoiseOutcome, NO_PASSES, type RefusedChange, type StepTrace } from '../../../src/shared/outcome.js';
import { fakeService } from '../fakeService.js';
import * as fake from '../fakeVscode.js';
import { plainLocalizer } from '../plainLocalizer.js';

fake.useFakeVscode();
const { DenoiseSelection } = await import('../../../src/extension/denoise/denoiseSelection.js');

interface Message {
  readonly text: string;
  readonly modal: boolean;
  readonly choices: readonly string[];
}
interface Pick {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

const REPORT = {
  stepsUsed: 8,
  passes: NO_PASSES,
  canvasSize: 8,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 1000 },
  encodedTokens: 0,
  reusedTokens: 0,
};
const REFUSED: RefusedChange = {
  span: { start: 0, end: 1 },
  before: 'a',
  text: 'b',
  logProbs: { before: -1, text: -2 },
  why: 'not-likelier',
};
const NOTHING: DenoiseOutcome = {
  kind: 'none',
  reason: 'not-likelier',
  detail: '12 of 40 tokens were tried in 5 places.',
  refused: [REFUSED],
  report: REPORT,
};

let messages: Message[] = [];
/** What a person chooses of the next messages. */
let choices: (string | undefined)[] = [];
let picks: (readonly Pick[])[] = [];
let pick: string | undefined;
let progress: { message: string; increment?: number }[] = [];
let openNotes = 0;
let cancel = (): void => undefined;
let asked: DenoiseRequest[] = [];
let shown: string[] = [];
let opened: { name: string; text: string }[] = [];
let answer: (onStep: (trace: StepTrace) => void) => DenoiseOutcome | Promise<DenoiseOutcome>;
let requests = new RequestLog();
const modelChange = new fake.EventEmitter<void>();

Object.assign(fake.l10n, plainLocalizer);
Object.assign(fake.window, {
  showInformationMessage: async (text: string, first: string | { modal: boolean }, ...others: string[]) => {
    const offered = typeof first === 'string' ? [first, ...others] : others;
    messages.push({ text, modal: typeof first === 'object', choices: offered });
    return choices.shift();
  },
  showQuickPick: async (items: readonly Pick[]) => {
    picks.push(items);
    return items.find(({ label }) => label === pick);
  },
  showTextDocument: async () => undefined,
  onDidChangeTextEditorSelection: new fake.EventEmitter<void>().event,
  onDidChangeActiveTextEditor: new fake.EventEmitter<void>().event,
  withProgress: async (options: { cancellable?: boolean }, task: (...parameters: unknown[]) => Promise<void>) => {
    if (options.cancellable !== true) {
      // A note that goes by itself: nobody waits for it.
      const report = ({ message: text }: { message: string }): unknown =>
        messages.push({ text, modal: false, choices: [] });
      void task({ report });
      return;
    }
    const cancelled = new fake.EventEmitter<void>();
    const token = { isCancellationRequested: false, onCancellationRequested: cancelled.event };
    cancel = () => {
      token.isCancellationRequested = true;
      cancelled.fire();
    };
    openNotes++;
    await task({ report: (each: (typeof progress)[number]) => progress.push(each) }, token);
    openNotes--;
  },
});

beforeEach(() => {
  [messages, choices, picks, progress, asked, shown, opened] = [[], [], [], [], [], [], []];
  fake.configuration['denoise.strength'] = 0.5;
  openNotes = 0;
  pick = undefined;
  answer = () => NOTHING;
  requests = new RequestLog();
});

function denoiser(): InstanceType<typeof DenoiseSelection> {
  const service = fakeService({
    denoise: async (request, options) => {
      asked.push(request);
      return answer(options?.onStep ?? (() => undefined));
    },
  });
  const review = {
    close: async () => undefined,
    show: async ({ original }: Proposed) => void shown.push(original),
  } as unknown as ProposalReview;
  const documents = {
    add: async (name: string, _language: string, text: string) => void opened.push({ name, text }),
  } as unknown as PreviewDocuments;
  const notice = {
    show: (error: Error) => {
      throw error;
    },
  } as unknown as ErrorNotice;
  const exclusion = new FileExclusion(() => undefined);
  return new DenoiseSelection({
    service,
    review,
    documents,
    exclusion,
    requests,
    notice,
    onModelChange: modelChange.event as vscode.Event<void>,
  });
}

/** Selects all of a text but its first line. */
function select(lines: number): string {
  const selected = 'let a = 1;\n'.repeat(lines);
  const document = new fake.FakeDocument(`// first\n${selected}// last\n`);
  const [start, end] = [new fake.Position(1, 0), new fake.Position(1 + lines, 0)];
  fake.window.activeTextEditor = { document, selection: { start, end, isEmpty: false }, selections: [] };
  return selected;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function changed(text: string, tokens = 40): DenoiseOutcome {
  const token = { span: { start: 0, end: 1 }, text: 'b', changed: false, pinned: false, confidence: 1 };
  const change = { span: { start: 0, end: 1 }, before: text.slice(0, 1), text: 'b' };
  return {
    kind: 'denoised',
    text: `b${text.slice(1)}`,
    changes: [change],
    refused: [],
    tokens: Array.from({ length: tokens }, () => token),
    report: REPORT,
  };
}

test('up to 200 lines nothing is asked; a last line break begins no further line', async () => {
  const selected = select(200);
  await denoiser().run();
  assert.deepEqual(
    asked.map(({ selection, strength }) => [selection, strength]),
    [[selected, 0.5]],
  );
});

test('more lines are asked about first, in a dialog with the estimated time, and the answer holds', async () => {
  const selected = select(400);
  const one = denoiser();
  await one.run();
  assert.deepEqual(messages, [
    { text: 'Denoising 400 lines will take about a minute.', modal: true, choices: ['Denoise'] },
  ]);
  assert.equal(asked.length, 0);
  assert.equal(openNotes, 0);

  choices = ['Denoise'];
  answer = () => changed(selected);
  await one.run();
  assert.equal(asked.length, 1);

  // That took a second, so the same takes one again; until the model is another one.
  await one.run();
  assert.match(messages.at(-1)?.text ?? '', /about 2 seconds/);
  modelChange.fire();
  await one.run();
  assert.match(messages.at(-1)?.text ?? '', /about a minute/);
});

test('nothing better: says what was tried, and lists it on request', async () => {
  select(3);
  choices = ['Show What Was Tried'];
  await denoiser().run();
  await settled();
  const text = 'No better text found. 12 of 40 tokens were tried in 5 places.';
  assert.deepEqual(messages, [
    { text, modal: false, choices: ['Change Strength...', 'Show What Was Tried'] },
    { text, modal: false, choices: ['Change Strength...'] },
  ]);
  assert.equal(opened.length, 1);
  assert.match(opened[0]?.text ?? '', /Line 2\n {3}as it is:\n {6}a\n {3}tried:\n {6}b\n/);
  assert.deepEqual([openNotes, shown.length], [0, 0]);
});

test('where nothing was tried there is nothing to show', async () => {
  select(3);
  answer = () => ({ kind: 'none', reason: 'not-likelier', detail: '', report: REPORT });
  await denoiser().run();
  assert.deepEqual(messages, [{ text: 'No better text found.', modal: false, choices: ['Change Strength...'] }]);
});

test('a proposal that leaves the text as it is is none', async () => {
  const selected = select(3);
  answer = () =>
    ({ ...changed(selected), kind: 'denoised', text: selected, changes: [], refused: [REFUSED] }) as DenoiseOutcome;
  await denoiser().run();
  assert.deepEqual(messages, [
    { text: 'No better text found.', modal: false, choices: ['Change Strength...', 'Show What Was Tried'] },
  ]);
  assert.equal(shown.length, 0);
  assert.deepEqual([requests.records[0]?.outcome, requests.records[0]?.reason], ['none', 'not-likelier']);
});

test('what is cancelled is not shown, even if it was done by then', async () => {
  const selected = select(3);
  answer = () => {
    cancel();
    return changed(selected);
  };
  await denoiser().run();
  assert.deepEqual([messages.length, shown.length, openNotes], [0, 0, 0]);
});

test('what is typed inside the selection while the model works makes the proposal be refused, before it is shown', async () => {
  const selected = select(3);
  answer = () => {
    const { document } = fake.window.activeTextEditor as { document: fake.FakeDocument };
    fake.changeTextDocument({ document, contentChanges: [{ rangeOffset: 12, rangeLength: 0, text: 'x' }] });
    return changed(selected);
  };
  await denoiser().run();
  assert.deepEqual(
    messages.map(({ text }) => text),
    ['The selected text has changed. Select it again.'],
  );
  assert.deepEqual([shown.length, openNotes], [0, 0]);
});

test('the progress tells the part and moves the bar, which never goes back', async () => {
  const selected = select(3);
  answer = (onStep) => {
    const trace = { kind: 'denoise', commits: [], canvas: [], draft: [] } as const;
    onStep({ ...trace, step: 3, part: { index: 0, count: 2 } });
    onStep({ ...trace, step: 7, part: { index: 0, count: 2 } });
    onStep({ ...trace, step: 1, part: { index: 0, count: 2 } });
    onStep({ ...trace, step: 3, part: { index: 1, count: 2 } });
    return changed(selected);
  };
  await denoiser().run();
  assert.deepEqual(progress, [
    { message: 'loading the model' },
    { message: 'denoising the selection, part 1 of 2, step 4 of 8', increment: 25 },
    { message: 'denoising the selection, part 1 of 2, step 8 of 8', increment: 25 },
    { message: 'denoising the selection, part 1 of 2, step 2 of 8' },
    { message: 'denoising the selection, part 2 of 2, step 4 of 8', increment: 25 },
  ]);
});

test('another strength is chosen by what it does, with the tokens that the model counted', async () => {
  const selected = select(3);
  const one = denoiser();
  choices = ['Change Strength...'];
  await one.run();
  await settled();
  assert.deepEqual(
    picks[0]?.map(({ label, description }) => `${label}: ${description}`),
    [
      '50%: about 5 of 10 tokens · current',
      '10%: about 1 of 10 tokens',
      '25%: about 3 of 10 tokens',
      '75%: about 8 of 10 tokens',
      '100%: about 10 of 10 tokens',
    ],
  );
  assert.match(picks[0].at(-1)?.detail ?? '', /Everything may be rewritten/);
  assert.equal(asked.length, 1, 'no strength was chosen');

  answer = () => changed(selected, 12);
  await one.run();
  pick = '100%';
  await one.again();
  assert.deepEqual(
    picks[1]?.map(({ label, description }) => `${label}: ${description}`),
    [
      '50%: 6 of 12 tokens · current',
      '10%: 1 of 12 tokens',
      '25%: 3 of 12 tokens',
      '75%: 9 of 12 tokens',
      '100%: 12 of 12 tokens',
    ],
  );
  assert.deepEqual([asked.at(-1)?.strength, asked.at(-1)?.selection], [1, selected]);
});

test('of two runs at once only the newer one is shown', async () => {
  const first = select(3);
  const one = denoiser();
  let finish = (_outcome: DenoiseOutcome): void => undefined;
  answer = () => new Promise((resolve) => (finish = resolve));
  const running = one.run();
  await settled();
  const second = select(4);
  answer = () => changed(second);
  await one.run();
  finish(changed(first));
  await running;
  assert.deepEqual(shown, [second]);
});
