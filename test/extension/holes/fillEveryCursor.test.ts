import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Proposed, ReviewedCursor } from '../../../src/extension/denoise/denoiseTask.js';
import type { ProposalReview } from '../../../src/extension/denoise/proposalReview.js';
import { RequestLog } from '../../../src/extension/log/requestLog.js';
import { FileExclusion } from '../../../src/extension/settings/fileExclusion.js';
import type { ErrorNotice } from '../../../src/extension/ui/errorNotice.js';
import type { JobOptions } from '../../../src/inference/host/job.js';
import { InfillError } from '../../../src/shared/infillError.js';
import type { HolesRequest } from '../../../src/shared/infillRequest.js';
import { type InfillOutcome, NO_PASSES, type NoneReason } from '../../../src/shared/outcome.js';
import { fakeService } from '../fakeService.js';
import * as fake from '../fakeVscode.js';
import { plainLocalizer } from '../plainLocalizer.js';

fake.useFakeVscode();
const { FillEveryCursor } = await import('../../../src/extension/holes/fillEveryCursor.js');

const REPORT = {
  ...{ stepsUsed: 2, passes: NO_PASSES, canvasSize: 8, encodedTokens: 0, reusedTokens: 0 },
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 1 },
};
const TEXT = 'let a = ;\nlet b = ;\nlet c = ;\n';
const PLACES = [8, 18, 28];

let messages: string[] = [];
/** What a person chooses of the next message. */
let choice: string | undefined;
let commands: string[] = [];
let progress: { message: string; increment?: number }[] = [];
let openNotes = 0;
let cancel = (): void => undefined;
let asked: { request: HolesRequest; options: JobOptions }[] = [];
let shown: Proposed[] = [];
let errors: string[] = [];
let answer: (
  request: HolesRequest,
  options: JobOptions,
) => readonly InfillOutcome[] | Promise<readonly InfillOutcome[]>;
let requests = new RequestLog();
let permissions = 0;
/** Fired, it lets every note go. */
const moved = new fake.EventEmitter<void>();

Object.assign(fake.l10n, plainLocalizer);
Object.assign(fake.commands, { executeCommand: async (command: string) => void commands.push(command) });
Object.assign(fake.workspace, { onDidChangeConfiguration: moved.event });
Object.assign(fake.workspace.fs, { stat: async () => ({ permissions }) });
Object.assign(fake.window, {
  showInformationMessage: async (text: string) => {
    messages.push(text);
    return choice;
  },
  onDidChangeTextEditorSelection: moved.event,
  onDidChangeActiveTextEditor: moved.event,
  withProgress: async (options: { cancellable?: boolean }, task: (...parameters: unknown[]) => Promise<void>) => {
    if (options.cancellable !== true) {
      // A note that goes by itself: nobody waits for it.
      void task({ report: ({ message }: { message: string }) => messages.push(message) });
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
  [messages, commands, progress, asked, shown, errors] = [[], [], [], [], [], []];
  choice = undefined;
  openNotes = 0;
  permissions = 0;
  answer = ({ parts }) => parts.slice(1).map((_, index) => filled(String(index + 1)));
  requests = new RequestLog();
});

afterEach(() => moved.fire());

const filled = (text: string): InfillOutcome => ({
  kind: 'infill',
  candidates: [{ text, confidence: 0.9, tokens: [], stepsUsed: 2 }],
  report: REPORT,
});
const none = (reason: NoneReason): InfillOutcome => ({ kind: 'none', reason, detail: '', report: REPORT });

function filler(): InstanceType<typeof FillEveryCursor> {
  const service = fakeService({
    holes: async (request, options = {}) => {
      asked.push({ request, options });
      return answer(request, options);
    },
  });
  const review = {
    close: async () => undefined,
    show: async (proposed: Proposed) => void shown.push(proposed),
  } as unknown as ProposalReview;
  const notice = { show: (error: InfillError) => void errors.push(error.message) } as unknown as ErrorNotice;
  return new FillEveryCursor({ service, review, exclusion: new FileExclusion(() => undefined), requests, notice });
}

/** Sets cursors in a document, in the order in which they are given. */
function setCursors(
  places: readonly number[],
  document = new fake.FakeDocument(TEXT),
  selectedUnits = 0,
): fake.FakeDocument {
  const selections = places.map((place) => {
    const [start, end] = [document.positionAt(place), document.positionAt(place + selectedUnits)];
    return { start, end, isEmpty: selectedUnits === 0 };
  });
  fake.window.activeTextEditor = { document, selection: selections[0], selections };
  return document;
}

const edited = (document: fake.FakeDocument, rangeOffset: number): void =>
  fake.changeTextDocument({ document, contentChanges: [{ rangeOffset, rangeLength: 0, text: 'x' }] });
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('asks for a text at every cursor at once, and proposes each as an insertion between the first and the last', async () => {
  setCursors([28, 8, 18]);
  await filler().run();
  const [{ request } = assert.fail()] = asked;
  assert.deepEqual(request.parts, ['let a = ', ';\nlet b = ', ';\nlet c = ', ';\n']);
  assert.deepEqual(request.document, {
    languageId: 'typescript',
    eol: '\n',
    indentUnit: '    ',
    uri: 'file:/work/a.ts',
  });
  assert.equal(request.options.minConfidence, 0);
  const [proposed = assert.fail()] = shown;
  assert.equal(proposed.original, TEXT.slice(8, 28));
  assert.deepEqual(proposed.trackedSpan.span, { start: 8, end: 28 });
  assert.deepEqual(
    proposed.changes.map(({ span, text, before }) => [span.start, span.end, before, text]),
    [
      [0, 0, '', '1'],
      [10, 10, '', '2'],
      [20, 20, '', '3'],
    ],
  );
  assert.deepEqual([proposed.title, messages], ['a.ts: 3 of 3 cursors filled', []]);
  assert.deepEqual(
    requests.records.map(({ trigger, outcome, place }) => [trigger, outcome, place?.line]),
    [0, 1, 2].map((line) => ['holes', 'suggested', line]),
  );
  assert.equal(openNotes, 0);
});

test('what cannot be filled is refused before anything is asked, with the remedy', async () => {
  const one = filler();
  setCursors([8]);
  await one.run();
  setCursors(PLACES, undefined, 1);
  await one.run();
  permissions = 1;
  setCursors(PLACES);
  await one.run();
  permissions = 0;
  setCursors(PLACES, new fake.FakeDocument(TEXT, 'dotenv', 'file', '/work/.env'));
  await one.run();
  setCursors(PLACES, new fake.FakeDocument(TEXT, 'log', 'output'));
  await one.run();
  fake.window.activeTextEditor = undefined;
  await one.run();
  const patterns = [
    /two or more cursors/,
    /Clear the selections first/,
    /a\.ts is read-only/,
    /excluded/,
    /output/,
    /two or more/,
  ];
  assert.equal(messages.length, patterns.length);
  patterns.forEach((pattern, index) => assert.match(messages[index] ?? '', pattern));
  assert.deepEqual([asked.length, openNotes], [0, 0]);
});

test('one that stays empty is told of with its line and its reason, in a message and in the list of requests', async () => {
  setCursors(PLACES);
  answer = () => [filled('1'), none('empty'), filled('3')];
  await filler().run();
  const [proposed = assert.fail()] = shown;
  assert.deepEqual(messages, ['2 of 3 filled. Line 2: The model found nothing to add here.']);
  assert.equal(proposed.title, 'a.ts: 2 of 3 cursors filled');
  assert.deepEqual(
    requests.records.map(({ reason }) => reason),
    [undefined, 'empty', undefined],
  );
});

test('where all stay empty nothing is shown but why, and the list of requests is one press away', async () => {
  setCursors(PLACES);
  choice = 'Why Was Nothing Suggested?';
  answer = () => [none('empty'), none('already-there'), none('empty')];
  await filler().run();
  await settled();
  assert.deepEqual(messages, [
    'None of 3 cursors was filled. Lines 1, 3: The model found nothing to add here. Line 2: That text is already there after the cursor.',
  ]);
  assert.deepEqual([shown.length, commands.at(-1)], [0, 'infill.whyNothing']);
});

test('the progress tells the cursor and the step, and moves the bar', async () => {
  setCursors([8, 18]);
  answer = (_, { onStep }) => {
    const trace = { step: 0, kind: 'denoise', commits: [], canvas: [], draft: [] } as const;
    for (const index of [0, 1, 0]) onStep?.({ ...trace, part: { index, count: 2 } });
    return [filled('1'), filled('2')];
  };
  await filler().run();
  assert.deepEqual(progress, [
    { message: 'loading the model' },
    { message: 'filling cursor 1 of 2, step 1 of 8', increment: 6.25 },
    { message: 'filling cursor 2 of 2, step 1 of 8', increment: 6.25 },
    { message: 'filling cursor 1 of 2, step 2 of 8', increment: 6.25 },
  ]);
});

test('cancelled, it stops, and shows neither a proposal nor a message', async () => {
  setCursors(PLACES);
  answer = (_, { signal }) =>
    new Promise((resolve) => {
      signal?.addEventListener('abort', () => resolve([none('cancelled'), none('cancelled'), none('cancelled')]));
      setImmediate(() => cancel());
    });
  await filler().run();
  await settled();
  assert.deepEqual([shown.length, messages, errors, openNotes], [0, [], [], 0]);
});

test('asked again while it is under way, the first one stops and only the second is shown', async () => {
  const one = filler();
  setCursors([8, 18]);
  answer = (_, { signal }) =>
    new Promise((resolve) => signal?.addEventListener('abort', () => resolve([none('cancelled'), none('cancelled')])));
  const first = one.run();
  await settled();
  await settled();
  setCursors(PLACES);
  answer = () => [filled('a'), filled('b'), filled('c')];
  await one.run();
  await first;
  assert.deepEqual(
    shown.map(({ changes }) => changes.map(({ text }) => text)),
    [['a', 'b', 'c']],
  );
  assert.deepEqual(messages, []);
});

test('edits elsewhere move the cursors along, one at a cursor loses them', async () => {
  const document = setCursors(PLACES);
  const one = filler();
  answer = ({ parts }) => {
    edited(document, 0);
    edited(document, TEXT.length);
    return parts.slice(1).map(() => filled('1'));
  };
  await one.run();
  const [proposed = assert.fail()] = shown;
  assert.deepEqual(proposed.trackedSpan.span, { start: 9, end: 29 });
  for (const place of [9, 29]) {
    await one.run();
    const next = shown.at(-1) ?? assert.fail();
    const { start = 0 } = next.trackedSpan.span ?? {};
    edited(document, start + place - 9);
    assert.equal(next.trackedSpan.span, undefined);
    assert.match(next.whenChanged, /Nothing was inserted/);
  }
});

test('another try asks with another seed, and only for the cursors that are not filled', async () => {
  setCursors(PLACES);
  const one = filler();
  await one.run();
  const [proposed = assert.fail()] = shown;
  const cursors: readonly ReviewedCursor[] = [0, 10, 20].map((offset) => ({ offset, isFilled: offset === 10 }));
  await proposed.again.run(cursors);
  const [first, second] = asked.map(({ request }) => request);
  assert.ok(first && second);
  assert.deepEqual(second.parts, ['let a = ', ';\nlet b = ;\nlet c = ', ';\n']);
  assert.ok(second.options.seed !== first.options.seed && second.options.temperature > 0);
  const again = shown[1] ?? assert.fail();
  assert.deepEqual(
    again.changes.map(({ span }) => span.start),
    [0, 20],
  );
  assert.deepEqual([again.title, again.cursors], ['a.ts: 2 of 2 cursors filled', cursors]);
});

test('what goes wrong in the model is told with its reason', async () => {
  setCursors(PLACES);
  answer = () => Promise.reject(new InfillError('model-missing', 'There is no model.', 'Choose another.'));
  await filler().run();
  assert.deepEqual([errors, shown.length, openNotes], [['There is no model.'], 0, 0]);
});

test('what is typed at a cursor meanwhile leaves the reasons as they are where nothing comes, and needs none where it is refused', async () => {
  const document = setCursors(PLACES);
  const one = filler();
  answer = ({ parts }) => {
    edited(document, 8);
    return parts.slice(1).map(() => none('empty'));
  };
  await one.run();
  await settled();
  assert.deepEqual(messages, ['None of 3 cursors was filled. Lines 1, 2, 3: The model found nothing to add here.']);
  answer = () => {
    edited(document, 8);
    return [filled('1'), none('empty'), none('empty')];
  };
  await one.run();
  await settled();
  assert.equal(messages.length, 1);
  assert.equal(shown[0]?.trackedSpan.span, undefined, 'the review says that it has changed');
});
