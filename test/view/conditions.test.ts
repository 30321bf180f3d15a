import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CanvasPosition } from '../../src/shared/outcome.js';
import { opened } from '../../src/view/receive.js';
import { restoredState, saved } from '../../src/view/savedState.js';
import { update } from '../../src/view/update.js';
import type { ToView } from '../../src/view/viewMessages.js';
import type { ViewAction } from '../../src/view/viewAction.js';
import type { ViewState } from '../../src/view/viewState.js';
import { after, end, PLACE, position, textsOf, viewOf } from './viewPositions.js';

const SUM = [position(0, 'a'), position(1, ' +'), position(2, ' b'), end(3)];
const GIVEN = SUM.slice(0, 3).map((each): CanvasPosition => ({
  ...each,
  ...{ step: null, source: 'given', confidence: 1 },
}));
const DEMANDS = { start: 'a', length: { least: 2, most: 4 } };
const message = (told: Exclude<ToView, { type: 'open' }>): ViewAction => ({ type: 'message', message: told });
const select = (at: number): ViewAction => ({ type: 'select', position: at });
const runOf = (state: ViewState, action: ViewAction): unknown => update(state, action).posts.at(-1);

describe('conditions of a view', () => {
  const set = after(viewOf(SUM), { type: 'setConditions', conditions: { ...DEMANDS, end: '', contains: '' } });

  test('are part of every further run, and of what is kept', () => {
    assert.deepEqual(set.conditions, DEMANDS);
    const masked = after(set, select(1), { type: 'mask' });
    assert.deepEqual((runOf(masked, { type: 'continue' }) as { conditions?: unknown }).conditions, DEMANDS);
    assert.deepEqual(restoredState(JSON.parse(JSON.stringify(saved(masked))))?.conditions, DEMANDS);
    assert.equal(
      'conditions' in (runOf(after(masked, { type: 'setConditions', conditions: {} }), { type: 'continue' }) as object),
      false,
    );
  });

  test('are taken back and made again like an edit, and what is none changes nothing', () => {
    const undone = after(set, { type: 'undo' });
    assert.deepEqual(undone.conditions, {});
    assert.deepEqual(after(undone, { type: 'redo' }).conditions, DEMANDS);
    assert.equal(after(set, { type: 'setConditions', conditions: DEMANDS }).done.length, set.done.length);
  });

  test('hold of a place that is filled in from nothing, which can be taken back as well', () => {
    const { state, posts } = update(set, { type: 'startOver' });
    assert.deepEqual(posts, [{ type: 'run', run: 2, steps: 4, conditions: DEMANDS }]);
    const done = after(state, message({ type: 'done', run: 2, canvas: [position(0, 'ab')], ms: 1 }));
    assert.deepEqual(textsOf(done), ['ab']);
    assert.deepEqual(after(done, { type: 'undo' }).canvas, SUM);
    const refused = after(state, message({ type: 'failed', run: 2, message: 'It cannot be.' }));
    assert.deepEqual([refused.canvas, refused.conditions, refused.done.length], [SUM, DEMANDS, set.done.length]);
  });
});

describe('how likely the tokens of a selection are', () => {
  const place = { ...PLACE, selection: 'a + b' };
  const tokenised = (): ReturnType<typeof update> =>
    update(opened(place).state, message({ type: 'done', run: 1, canvas: GIVEN, ms: 1 }));
  const scores = GIVEN.map((each, at) => ({ ...each, confidence: [0.9, 0.1, 0.5][at]! }));

  test('is asked as soon as they are known, once, and shown when it is there', () => {
    const { state, posts } = tokenised();
    assert.deepEqual(posts, [
      { type: 'score', run: 1, canvas: GIVEN.map(({ id, confidence }) => ({ kind: 'token', id, confidence })) },
    ]);
    const scored = after(state, message({ type: 'scores', run: 1, canvas: scores }));
    const known = ({ canvas }: ViewState): readonly number[] => canvas.map(({ confidence }) => confidence);
    assert.deepEqual(known(scored), [0.9, 0.1, 0.5]);
    const unsure = after(scored, { type: 'maskUnsure' });
    assert.deepEqual(textsOf(unsure), ['a', null, ' b']);
    const again = after(unsure, { type: 'continue' });
    assert.deepEqual(update(again, message({ type: 'done', run: 2, canvas: SUM, ms: 1 })).posts, []);
  });

  test('is no matter of what was changed meanwhile, and holds of what can be taken back', () => {
    const { state } = tokenised();
    const removed = after(state, select(0), { type: 'pin' }, select(1), { type: 'remove' });
    const scored = after(removed, message({ type: 'scores', run: 1, canvas: scores }));
    assert.deepEqual(
      scored.canvas.map(({ confidence }) => confidence),
      [1, 0.5],
    );
    const back = after(scored, { type: 'undo' });
    assert.deepEqual(
      back.canvas.map(({ confidence }) => confidence),
      [1, 0.1, 0.5],
    );
  });

  test('is asked again after a question that took its place, and comes too late after a run', () => {
    const { state } = tokenised();
    const asked = after(state, select(1), { type: 'ask' });
    const late = after(asked, message({ type: 'scores', run: 1, canvas: scores }));
    assert.equal(late.isScored, undefined);
    const answered = update(late, message({ type: 'alternatives', run: 2, position: 1, alternatives: [] }));
    assert.equal(answered.posts[0]?.type, 'score');
  });
});

describe('a document that is edited', () => {
  const around = message({ type: 'around', before: 'y = ', after: PLACE.after });
  const first = (state: ViewState): unknown => {
    const [post] = update(after(state, select(1), { type: 'mask' }), { type: 'continue' }).posts;
    return post?.type === 'run' ? post.canvas?.[0] : post;
  };

  test('right before the place makes a text of the first token, which spelled the old text again', () => {
    const edited = after(viewOf(SUM), around);
    assert.deepEqual(first(edited), { kind: 'text', text: 'a', confidence: 0.5 });
    assert.deepEqual(first(after(viewOf(SUM), message({ type: 'around', before: PLACE.before, after: 'x' }))), {
      ...{ kind: 'token', id: 10, confidence: 0.5 },
    });
    const masked = after(viewOf(SUM), select(1), { type: 'mask' }, around, { type: 'undo' });
    assert.deepEqual(first(masked), { kind: 'text', text: 'a', confidence: 0.5 });
  });

  test('while a selection is tokenised is as it is later: told, and heeded', () => {
    const { state } = opened({ ...PLACE, selection: 'a + b' });
    const done = after(state, around, message({ type: 'done', run: 1, canvas: GIVEN, ms: 1 }));
    assert.deepEqual(done.notice, { kind: 'passing', key: 'aroundChanged', values: [] });
    assert.equal(done.place.before, 'y = ');
    assert.deepEqual(done.original, ['a', ' +', ' b']);
    assert.deepEqual(first(done), { kind: 'text', text: 'a' });
  });

  test('is heeded after a reload as well, and a selection that was not tokenised begins anew', () => {
    const kept = restoredState(JSON.parse(JSON.stringify(saved(viewOf(SUM)))))!;
    assert.deepEqual(first(opened({ ...PLACE, before: 'y = ' }, kept).state), {
      kind: 'text',
      text: 'a',
      confidence: 0.5,
    });
    const place = { ...PLACE, selection: 'a + b' };
    const cut = restoredState(JSON.parse(JSON.stringify(saved(opened(place).state))))!;
    assert.equal(opened(place, cut).posts[0]?.type, 'run');
  });

  test('inside the place ends a run with what it has settled', () => {
    const { state } = opened(PLACE);
    const positions = [position(0, 'a'), position(1, null)];
    const running = after(state, message({ type: 'step', run: 1, step: { step: 0, kind: 'denoise', positions } }));
    const { state: gone, posts } = update(running, message({ type: 'gone', why: 'It is.' }));
    assert.deepEqual(posts, [{ type: 'stop' }]);
    assert.deepEqual(textsOf(gone), ['a', null]);
    assert.deepEqual(update(gone, { type: 'startOver' }).posts, []);
  });
});
