import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CanvasPosition } from '../../src/shared/outcome.js';
import type { FromView, ToView, ViewedPlace } from '../../src/view/viewMessages.js';
import { DenoisePage, positionOf } from './denoisePage.js';
import { outputFile, prepared, withoutRig } from './environment.js';

const PLACE: ViewedPlace = {
  name: 'prices.ts',
  languageId: 'typescript',
  before: 'export function total(prices: readonly number[]): number {\n  let sum = 0;\n',
  after: '\n  return sum;\n}\n',
  steps: 4,
  mostSteps: 8,
  maxTokens: 32,
  words: { insert: 'Insert Text' },
};
const TEXTS = ['  for', ' (const', ' price', ' of', ' prices', ')', ' sum', ' +=', ' price', ';'];
const SETTLED: readonly CanvasPosition[] = [
  ...TEXTS.map((text, at) =>
    positionOf(at, {
      ...{
        id: 100 + at,
        text,
        step: at % 3,
        confidence: [0.98, 0.91, 0.7, 0.99, 0.83, 0.95, 0.42, 0.88, 0.6, 0.97][at]!,
      },
      ...(at > 3 && at < 6 ? { source: 'found', from: { uri: 'file:///a.ts', path: 'src/sums.ts', line: 12 } } : {}),
      ...(at <= 3 || at >= 6 ? { source: at === 1 || at === 7 ? 'encoder' : 'denoiser' } : {}),
    }),
  ),
  positionOf(10, { id: 2, text: '', confidence: 0.9, step: 2, source: 'denoiser', isEnd: true }),
];
const stepOf = (step: number): readonly CanvasPosition[] =>
  SETTLED.map((position, group) =>
    position.step !== null && position.step <= step
      ? position
      : positionOf(group, step === 0 && group > 6 ? {} : { draft: { id: 7, text: position.text, confidence: 0.3 } }),
  );

function answerTo(run: number): ToView[] {
  return [
    ...[0, 1, 2].map((step): ToView => ({
      ...{ type: 'step', run },
      step: { step, kind: step === 1 ? 'verify' : 'denoise', ms: 40.4 + step, positions: stepOf(step) },
    })),
    { type: 'done', run, canvas: SETTLED, ms: 130 },
  ];
}

describe('the denoise view in its page', { skip: withoutRig() }, () => {
  let view: DenoisePage;
  let first: readonly FromView[];

  before(async () => {
    view = await DenoisePage.start(prepared('INFILL_UNPACKED'));
    assert.deepEqual(await view.posts(), [{ type: 'ready', isRestored: false }]);
    await view.tell({ type: 'open', about: PLACE });
    first = await view.posts();
    await view.tell(...answerTo(1));
  });
  after(async () => {
    await view.dispose();
  });
  const keys = async (...pressed: readonly string[]): Promise<void> => {
    for (const key of pressed) await view.page.keyboard.press(key);
  };
  const focused = async (): Promise<unknown> => view.page.evaluate('document.activeElement.getAttribute("aria-label")');

  test('runs as it opens, and says of each token what is known', async () => {
    assert.deepEqual(first, [{ type: 'run', run: 1, steps: 4 }]);
    assert.deepEqual(await view.tokens(), TEXTS);
    const labels = await view.labels();
    assert.equal(labels[1], '(const, 91%, step 2, read on from the left');
    assert.equal(labels[4], 'prices, 83%, step 2, found in src/sums.ts, line 12');
    assert.equal(labels.at(-1), 'end of the text');
    assert.equal(await view.page.locator('button.primary').textContent(), 'Insert Text');
    assert.equal(await view.page.locator('.frame').textContent(), 'Step 3 of 3 · denoise · 42 ms · 130 ms in all');
    await view.page.screenshot({ path: outputFile('denoiseView.png') });
  });

  test('scrubs through the steps by keyboard, and plays them', async () => {
    await view.page.locator('input[type=range]').focus();
    await keys('ArrowLeft', 'ArrowLeft');
    assert.equal(await view.page.locator('.frame').textContent(), 'Step 1 of 3 · denoise · 40 ms');
    assert.deepEqual((await view.tokens()).slice(0, 8), [
      ...['  for', '[ (const]', '[ price]', ' of', '[ prices]', '[)]', ' sum', '[░]'],
    ]);
    await view.page.screenshot({ path: outputFile('denoiseViewStep.png') });
    await view.page.getByRole('button', { name: 'Play' }).click();
    await view.page.getByRole('button', { name: 'Play' }).waitFor(); // it has ended
    assert.deepEqual(await view.tokens(), TEXTS);
  });

  test('a token is pinned, and others masked, by keyboard', async () => {
    await view.page.locator('.token[tabindex="0"]').focus();
    await keys('Home', 'ArrowRight', 'ArrowRight', 'p');
    assert.equal(await focused(), 'price, 70%, step 3, from the denoiser, pinned');
    await keys('End', 'ArrowLeft', 'ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Delete');
    assert.deepEqual((await view.tokens()).slice(5), [')', '[░]', '[░]', '[░]', ';']);
    assert.equal(await view.page.locator('[role=status].status').textContent(), '3 masked.');
  });

  test('an alternative is asked for, and chosen', async () => {
    await keys('Home', 'ArrowRight', 'Enter');
    const [asked] = await view.posts();
    assert.ok(asked?.type === 'alternatives');
    assert.equal(asked.position, 1);
    assert.equal(asked.canvas.length, 11);
    const alternatives = [
      { id: 101, text: ' (const', probability: 0.91 },
      { id: 201, text: ' (let', probability: 0.06 },
      { id: 202, text: ' (var', probability: 0.004 },
    ];
    await view.tell({ type: 'alternatives', run: asked.run, position: 1, alternatives });
    await view.page.screenshot({ path: outputFile('denoiseViewAlternatives.png') });
    await keys('ArrowDown');
    assert.equal(await focused(), '(let, 6%');
    await keys('Enter');
    assert.equal((await view.tokens())[1], ' (let');
    assert.match(String(await focused()), /^\(let/u);
  });

  test('an edit is taken back and made again, and a text is typed over a token', async () => {
    await keys('Control+z');
    assert.equal((await view.tokens())[1], ' (const');
    await keys('Control+Shift+Z');
    assert.equal((await view.tokens())[1], ' (let');
    await keys('ArrowRight', 'F2');
    await view.page.keyboard.type(' cost');
    await keys('Enter');
    assert.equal((await view.tokens())[2], ' cost');
    await keys('x', 'Escape');
    assert.equal((await view.tokens())[2], ' cost');
  });

  test('it goes on with what is masked, and inserts what is shown', async () => {
    await view.posts();
    await keys('Shift+Enter');
    const [post] = await view.posts();
    assert.ok(post?.type === 'run' && post.canvas !== undefined);
    assert.deepEqual(post.canvas.slice(0, 3), [
      { kind: 'token', id: 100, confidence: 0.98 },
      { kind: 'token', id: 201, confidence: 0.06, isPinned: true },
      { kind: 'text', text: ' cost', isPinned: true },
    ]);
    assert.deepEqual(
      post.canvas.map(({ kind }) => kind),
      [...['token', 'token', 'text', 'token', 'token', 'token'], ...['mask', 'mask', 'mask'], 'token', 'token'],
    );
    const from = { uri: 'file:///a.ts', path: 'src/sums.ts', line: 12 };
    assert.deepEqual(post.canvas[4], { kind: 'token', id: 104, confidence: 0.83, from });
    const now = SETTLED.map((position, at): CanvasPosition => {
      if (at >= 6 && at <= 8) return position;
      const text = at === 1 ? ' (let' : at === 2 ? ' cost' : position.text;
      return { ...position, text, ...(at === 1 ? { id: 201 } : {}), step: null, source: 'given', isPinned: at === 1 };
    });
    await view.tell({ type: 'done', run: post.run, canvas: now, ms: 80 });
    await keys('Control+Enter');
    assert.deepEqual(await view.posts(), [{ type: 'insert', text: '  for (let cost of prices) sum += price;' }]);
  });

  test('high contrast and a narrow, enlarged page cut nothing off', async () => {
    await view.dress('high-contrast');
    await view.page.locator('.legend summary').click();
    await view.page.screenshot({ path: outputFile('denoiseViewContrast.png'), fullPage: true });
    await view.page.setViewportSize({ width: 450, height: 620 });
    await view.page.evaluate('document.body.style.zoom = "1.5"');
    const { width, shown } = await view.page.evaluate<{ width: number; shown: number }>(
      '({ width: document.documentElement.scrollWidth, shown: document.documentElement.clientWidth })',
    );
    await view.page.screenshot({ path: outputFile('denoiseViewZoomed.png'), fullPage: true });
    assert.ok(width <= shown, `${width} pixels in ${shown}`);
  });

  test('a reload keeps all of it, and runs nothing', async () => {
    const texts = await view.tokens();
    await view.page.waitForTimeout(300);
    await view.page.reload();
    assert.deepEqual(await view.posts(), [{ type: 'ready', isRestored: true }]);
    await view.tell({ type: 'open', about: PLACE });
    assert.deepEqual(await view.posts(), []);
    assert.deepEqual(await view.tokens(), texts);
  });

  test('nothing of it is against the policy of the page', () => {
    assert.deepEqual(view.problems, []);
  });
});

describe('the denoise view of a selection, by pointer', { skip: withoutRig() }, () => {
  let view: DenoisePage;
  const given = TEXTS.map((text, at) => positionOf(at, { id: 100 + at, text, confidence: 1, source: 'given' }));
  const tokenAt = (index: number): string => `.tokens .token:nth-child(${index + 1})`;

  before(async () => {
    view = await DenoisePage.start(prepared('INFILL_UNPACKED'));
    await view.tell({ type: 'open', about: { ...PLACE, selection: TEXTS.join('') } });
    await view.tell({ type: 'done', run: 1, canvas: given, ms: 3 });
    assert.equal((await view.posts()).at(-1)?.type, 'score');
    const shares = [0.9, 0.05, 0.6];
    const canvas = given.map((each, at) => ({ ...each, confidence: shares[at] ?? 0.5 }));
    await view.tell({ type: 'scores', run: 1, canvas });
    assert.equal((await view.labels())[1], '(const, 5%, was there before');
  });
  after(async () => {
    await view.dispose();
  });

  test('a drag selects what is masked then, and what comes instead is marked as changed', async () => {
    const { mouse } = view.page;
    const from = await view.page.locator(tokenAt(6)).boundingBox();
    const to = await view.page.locator(tokenAt(8)).boundingBox();
    assert.ok(from !== null && to !== null);
    await mouse.move(from.x + 12, from.y + 12);
    await mouse.down();
    await mouse.move(to.x + 12, to.y + 12, { steps: 8 });
    await mouse.up();
    await view.page.getByRole('button', { name: 'Mask', exact: true }).click();
    assert.deepEqual((await view.tokens()).slice(5), [')', '[░]', '[░]', '[░]', ';']);
    await view.page.getByRole('button', { name: 'Continue' }).click();
    const [run] = await view.posts();
    assert.ok(run?.type === 'run');
    assert.equal(await view.page.getByRole('button', { name: 'Stop' }).isVisible(), true);
    const texts = [' sum', ' -=', ' price\n    '];
    const canvas = given.map((position, at) => {
      const text = texts[at - 6];
      return text === undefined
        ? position
        : positionOf(at, { id: 300 + at, text, confidence: 0.8, step: 0, source: 'denoiser' });
    });
    await view.tell({ type: 'step', run: run.run, step: { step: 0, kind: 'denoise', ms: 41, positions: canvas } });
    await view.tell({ type: 'done', run: run.run, canvas, ms: 50 });
    const changed = (await view.labels()).map((label) => label.endsWith('changed'));
    assert.deepEqual(changed.slice(5), [false, false, true, true, false, false]);
    await view.page.screenshot({ path: outputFile('denoiseViewSelection.png') });
  });

  test('a click asks for alternatives, which another click or Escape closes', async () => {
    await view.page.locator(tokenAt(1)).click();
    const [asked] = await view.posts();
    assert.ok(asked?.type === 'alternatives');
    const alternatives = [{ id: 201, text: ' (let', probability: 0.06 }];
    await view.tell({ type: 'alternatives', run: asked.run, position: 1, alternatives });
    const list = view.page.getByRole('listbox', { name: 'Alternatives' });
    assert.equal(await list.isVisible(), true);
    await view.page.keyboard.press('Escape');
    assert.equal(await list.isVisible(), false);
    assert.match(String(await view.page.evaluate('document.activeElement.ariaLabel')), /^\(const/u);
    await view.page.locator(tokenAt(1)).click();
    const [again] = await view.posts();
    assert.ok(again?.type === 'alternatives');
    await view.tell({ type: 'alternatives', run: again.run, position: 1, alternatives });
    await view.page.mouse.click(600, 500);
    assert.equal(await list.isVisible(), false);
  });

  test('where the place is gone it says so, and inserts nothing', async () => {
    await view.tell({ type: 'failed', run: 99, message: 'too late' });
    await view.tell({ type: 'gone', why: 'The text was changed in the editor.' });
    assert.equal(await view.page.getByRole('alert').textContent(), 'The text was changed in the editor.');
    assert.equal(await view.page.locator('button.primary').isDisabled(), true);
    assert.deepEqual(view.problems, []);
  });
});
