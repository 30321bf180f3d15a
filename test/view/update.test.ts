import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CanvasPosition } from '../../src/shared/outcome.js';
import { partsOf, textOf } from '../../src/view/canvasParts.js';
import { opened } from '../../src/view/receive.js';
import { restoredState, saved } from '../../src/view/savedState.js';
import { selectedSpan, shownCanvas } from '../../src/view/shownCanvas.js';
import { unitsOf } from '../../src/view/units.js';
import { update } from '../../src/view/update.js';
import type { ViewAction } from '../../src/view/viewAction.js';
import type { ViewState } from '../../src/view/viewState.js';
import { after, end, PLACE, position, textsOf, viewOf } from './viewPositions.js';

const SUM = [position(0, 'a'), position(1, ' +'), position(2, ' b'), end(3), end(4)];
/** "é" takes two tokens. */
const ACCENT = [position(0, 'a'), position(1, ''), position(1, 'é'), position(3, 'b')];
const select = (at: number, to = at): ViewAction[] => [
  { type: 'select', position: at },
  { type: 'select', position: to, extends: true },
];

describe('an edit of the denoise view', () => {
  const edits: readonly (readonly [string, readonly ViewAction[], readonly (string | null)[]])[] = [
    ['masks', [...select(0, 1), { type: 'mask' }], [null, null, ' b', '', '']],
    [
      'masks all that is not pinned',
      [...select(1), { type: 'pin' }, { type: 'maskUnpinned' }],
      [null, ' +', null, '', ''],
    ],
    ['removes', [...select(1), { type: 'remove' }], ['a', ' b', '', '']],
    ['adds a mask', [...select(1), { type: 'insertMask' }], ['a', null, ' +', ' b', '', '']],
    [
      'adds masks at the end, one after the other',
      [...select(3), { type: 'insertMask' }, { type: 'insertMask' }],
      ['a', ' +', ' b', null, null, '', ''],
    ],
    ['lets the text go on', [...select(3), { type: 'mask' }], ['a', ' +', ' b', null, null]],
    ['types over a span', [...select(0, 1), { type: 'typeOver', text: 'x\r\n' }], ['x\n', ' b', '', '']],
    [
      'chooses an alternative',
      [...select(1), { type: 'choose', alternative: { id: 99, text: ' -', probability: 0.2 } }],
      ['a', ' -', ' b', '', ''],
    ],
  ];
  for (const [name, actions, texts] of edits) {
    test(`${name}, which can be taken back and made again`, () => {
      const changed = after(viewOf(SUM), ...actions);
      assert.deepEqual(textsOf(changed), texts);
      assert.ok(changed.isEdited);
      const edited = changed.done.length;
      const before = after(changed, ...Array.from({ length: edited }, (): ViewAction => ({ type: 'undo' })));
      assert.deepEqual(before.canvas, SUM);
      const again = after(before, ...Array.from({ length: edited }, (): ViewAction => ({ type: 'redo' })));
      assert.deepEqual(again.canvas, changed.canvas);
    });
  }

  test('pins, and unpins what is pinned', () => {
    const pinned = after(viewOf(SUM), ...select(0, 1), { type: 'pin' });
    assert.deepEqual(
      pinned.canvas.map(({ isPinned }) => isPinned),
      [true, true, false, false, false],
    );
    assert.deepEqual(after(pinned, { type: 'pin' }).canvas, SUM);
  });

  test('takes the tokens of a character as one', () => {
    assert.deepEqual(
      unitsOf(ACCENT).map(({ text }) => text),
      ['a', 'é', 'b'],
    );
    const masked = after(viewOf(ACCENT), ...select(2), { type: 'mask' });
    assert.deepEqual(textsOf(masked), ['a', null, null, 'b']);
    assert.deepEqual(
      masked.canvas.map(({ group }) => group),
      [0, 1, 2, 3],
    );
    const removed = after(viewOf(ACCENT), ...select(1), { type: 'remove' });
    assert.deepEqual(textsOf(removed), ['a', 'b']);
    assert.equal(removed.canvas[1]?.group, 1);
    const alternative = { id: 5, text: '\ufffd', probability: 0.1 };
    const begun = after(viewOf(ACCENT), ...select(1), { type: 'choose', alternative });
    assert.deepEqual(
      begun.canvas.map(({ id }) => id),
      [10, 5, null, 13],
    );
    assert.deepEqual(selectedSpan(after(viewOf(ACCENT), ...select(2))), { start: 1, end: 3 });
  });

  test('without an effect is none', () => {
    const masked = viewOf([position(0, null)]);
    assert.equal(after(masked, { type: 'mask' }, { type: 'pin' }).done.length, 0);
    assert.equal(after(viewOf(SUM), ...select(0), { type: 'typeOver', text: 'a' }).done.length, 0);
  });

  test('keeps the number of steps where the model takes it', () => {
    const more = after(viewOf(SUM), { type: 'setSteps', steps: 40 });
    assert.equal(more.steps, 8);
    assert.equal(after(more, { type: 'undo' }).steps, 4);
    assert.equal(after(more, { type: 'setSteps', steps: Number.NaN }).steps, 8);
  });
});

describe('what a canvas says', () => {
  test('is inserted up to its end, without what is masked', () => {
    assert.equal(textOf([position(0, 'a'), position(1, null), position(2, ' b'), end(3), position(4, 'never')]), 'a b');
  });

  test('is sent part by part, and comes back', () => {
    const from = { uri: 'file:///b.ts', path: 'b.ts', line: 3 };
    const canvas = [
      position(0, 'a', { isPinned: true }),
      position(1, null),
      position(2, ' b', { from }),
      end(3),
      end(4),
    ];
    const typed = after(viewOf(canvas), ...select(2), { type: 'typeOver', text: ' c d' }).canvas;
    assert.deepEqual(partsOf(canvas), [
      { kind: 'token', id: 10, confidence: 0.5, isPinned: true },
      { kind: 'mask' },
      { kind: 'token', id: 12, confidence: 0.5, from },
      { kind: 'token', id: 2, confidence: 0.5 },
    ]);
    assert.deepEqual(partsOf(typed)[2], { kind: 'text', text: ' c d', isPinned: true });
    assert.equal(textOf(typed), 'a c d');
  });
});

const STEP: readonly CanvasPosition[] = [
  position(0, 'a'),
  position(1, null, { draft: { id: 3, text: ' +', confidence: 0.3 } }),
];

function running(): ViewState {
  const { state } = opened(PLACE);
  const step = { step: 0, kind: 'denoise' as const, ms: 5, positions: STEP };
  return after(state, { type: 'message', message: { type: 'step', run: 1, step } });
}

describe('a run of the denoise view', () => {
  test('begins as a hole opens, and what comes from another run is too late', () => {
    const { state, posts } = opened(PLACE);
    assert.deepEqual(posts, [{ type: 'run', run: 1, steps: 4 }]);
    const late = after(state, { type: 'message', message: { type: 'done', run: 0, canvas: SUM, ms: 1 } });
    assert.ok(late.isRunning);
    const done = after(state, { type: 'message', message: { type: 'done', run: 1, canvas: SUM, ms: 1 } });
    assert.ok(!done.isRunning);
    assert.deepEqual(done.canvas, SUM);
  });

  test('of a selection says what its tokens were, and what is changed later', () => {
    const { state, posts } = opened({ ...PLACE, selection: 'a + b' });
    assert.deepEqual(posts, [{ type: 'run', run: 1, canvas: [{ kind: 'text', text: 'a + b' }], steps: 4 }]);
    const given = SUM.slice(0, 3).map((each) => ({ ...each, step: null, source: 'given' as const }));
    const done = after(state, { type: 'message', message: { type: 'done', run: 1, canvas: given, ms: 1 } });
    assert.deepEqual(done.original, ['a', ' +', ' b']);
    assert.equal(done.canvas[0]?.source, 'given');
  });

  test('shows what it has, and what a person changes stops it there', () => {
    const state = running();
    assert.deepEqual(shownCanvas(state), STEP);
    const { state: edited, posts } = update(state, { type: 'pin' });
    assert.deepEqual(posts, [{ type: 'stop' }]);
    assert.ok(!edited.isRunning);
    assert.equal(edited.canvas[0]?.isPinned, true);
    const late = after(edited, { type: 'message', message: { type: 'done', run: 1, canvas: SUM, ms: 1 } });
    assert.deepEqual(late.canvas, edited.canvas);
  });

  test('leaves room for the end behind a text that was selected, and nowhere else', () => {
    const place = { ...viewOf(SUM).place, selection: 'a' };
    const selected: ViewState = { ...viewOf(SUM.filter(({ isEnd }) => isEnd !== true)), place };
    const masked = after(selected, ...select(1), { type: 'mask' });
    const kinds = (state: ViewState): readonly string[] =>
      update(state, { type: 'continue' }).posts.flatMap((post) =>
        post.type === 'run' ? (post.canvas ?? []).map(({ kind }) => kind) : [],
      );
    const own = kinds({ ...masked, place: viewOf(SUM).place });
    assert.deepEqual(kinds(masked), [...own, 'mask']);
    assert.deepEqual(kinds(after({ ...viewOf(SUM), place }, ...select(1), { type: 'mask' })).at(-1), 'token');
  });

  test('goes on from the step that is looked at', () => {
    const done = after(running(), { type: 'message', message: { type: 'done', run: 1, canvas: SUM, ms: 1 } });
    const two: ViewState = { ...done, timeline: [...done.timeline, { step: 1, kind: 'verify', positions: SUM }] };
    const earlier = after(two, { type: 'scrub', frame: 1 });
    assert.deepEqual(shownCanvas(earlier), STEP);
    const { posts, state } = update(earlier, { type: 'continue' });
    assert.deepEqual(posts, [
      { type: 'run', run: 2, canvas: [{ kind: 'token', id: 10, confidence: 0.5 }, { kind: 'mask' }], steps: 4 },
    ]);
    assert.deepEqual(update(state, { type: 'undo' }).posts, [{ type: 'stop' }]);
    assert.deepEqual(after(state, { type: 'undo' }).canvas, SUM);
    assert.deepEqual(update(two, { type: 'continue' }).posts, []); // nothing is masked
  });

  test('keeps what was known of tokens that it was given', () => {
    const begun = after(viewOf(SUM), ...select(1), { type: 'typeOver', text: ' * c' }, ...select(2), { type: 'mask' });
    const made = [
      { ...position(0, 'a'), step: null, source: 'given' as const },
      ...[' *', ' c'].map((text, i) => ({
        ...position(1 + i, text, { id: 50 + i }),
        step: null,
        source: 'given' as const,
      })),
      position(3, ' d', { step: 0 }),
      end(4),
    ];
    const run = after(begun, { type: 'continue' });
    const done = after(run, { type: 'message', message: { type: 'done', run: 2, canvas: made, ms: 1 } });
    assert.deepEqual(
      done.canvas.map(({ source }) => source),
      ['denoiser', 'given', 'given', 'denoiser', 'denoiser'],
    );
  });

  test('plays its steps one after the other up to the canvas as it is', () => {
    const done = after(running(), { type: 'message', message: { type: 'done', run: 1, canvas: SUM, ms: 1 } });
    const played = after(done, { type: 'play' });
    assert.equal(played.frame, 0);
    assert.deepEqual(
      shownCanvas(played).map(({ id }) => id),
      [null, null],
    );
    const ended = after(played, { type: 'tick' });
    assert.deepEqual([ended.frame, ended.isPlaying], [null, false]);
  });
});

describe('alternatives', () => {
  test('are asked for, and counted in tokens where a text was typed before', () => {
    const typed = after(viewOf(SUM), ...select(0), { type: 'typeOver', text: 'a.b' }, ...select(2));
    const first = update(typed, { type: 'ask' });
    assert.equal(first.posts[0]?.type, 'run');
    const made = [position(0, 'a'), position(1, '.b'), position(2, ' +'), position(3, ' b'), end(4)];
    const message = { type: 'done' as const, run: first.state.run, canvas: made, ms: 1 };
    const second = update(first.state, { type: 'message', message });
    const [asked] = second.posts;
    assert.ok(asked?.type === 'alternatives');
    assert.equal(asked.position, 3);
    assert.deepEqual(asked.canvas[1], { kind: 'token', id: 11, confidence: 0.5, isPinned: true });
    assert.deepEqual(textsOf(second.state), ['a', '.b', ' +', ' b', '', '']);
  });
});

describe('a kept state', () => {
  test('is plain JSON, and goes on without what ran', () => {
    const state = after(viewOf(SUM), ...select(1), { type: 'mask' });
    assert.deepEqual(restoredState(JSON.parse(JSON.stringify(saved(state))))?.canvas, state.canvas);
    const cut = restoredState(JSON.parse(JSON.stringify(saved(running()))));
    assert.equal(cut?.isRunning, false);
    assert.deepEqual(cut.canvas, STEP);
    assert.deepEqual(opened(PLACE, cut).posts, []);
    assert.equal(opened({ ...PLACE, name: 'other.ts' }, cut).posts[0]?.type, 'run');
  });

  test('of another kind is not taken up', () => {
    for (const value of [undefined, null, 'x', {}, { version: 0, state: {} }])
      assert.equal(restoredState(value), undefined);
  });
});

test('where the place is gone nothing is inserted', () => {
  const gone = after(viewOf(SUM), { type: 'message', message: { type: 'gone', why: 'It was deleted.' } });
  assert.deepEqual(update(gone, { type: 'insert' }).posts, []);
  assert.deepEqual(update(gone, { type: 'discard' }).posts, [{ type: 'discard' }]);
  assert.deepEqual(update(viewOf(SUM), { type: 'insert' }).posts, [{ type: 'insert', text: 'a + b' }]);
});

test('a picture of the run is made', () => {
  const done = after(running(), { type: 'message', message: { type: 'done', run: 1, canvas: SUM, ms: 1 } });
  const [post] = update(done, { type: 'copyPicture' }).posts;
  assert.ok(post?.type === 'copyPicture');
  assert.match(post.svg, /^<svg [^]*0 of 1[^]*1 of 1 · 5 ms/u);
});
