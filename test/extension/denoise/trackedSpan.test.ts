import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TrackedSpan } from '../../../src/extension/denoise/trackedSpan.js';

test('follows any edits around it, and is lost by an edit inside it', () => {
  const edits = fc.array(fc.record({ start: fc.nat(40), length: fc.nat(4), text: fc.string({ maxLength: 5 }) }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(edits, (changes) => {
      const selected = '<selected>';
      let text = `before ${selected} after`;
      const start = text.indexOf(selected);
      const tracked = new TrackedSpan({ start, end: start + selected.length });
      for (const change of changes) {
        const from = Math.min(change.start, text.length);
        const to = Math.min(from + change.length, text.length);
        text = text.slice(0, from) + change.text + text.slice(to);
        tracked.follow([{ span: { start: from, end: to }, newLength: change.text.length }]);
        if (tracked.span === undefined) {
          return; // it was edited; whoever wants to use it is refused
        }
        assert.equal(text.slice(tracked.span.start, tracked.span.end), selected);
      }
    }),
  );
});

test('text inserted directly before or after does not touch it', () => {
  const tracked = new TrackedSpan({ start: 5, end: 8 });
  tracked.follow([
    { span: { start: 8, end: 8 }, newLength: 3 },
    { span: { start: 5, end: 5 }, newLength: 2 },
  ]);
  assert.deepEqual(tracked.span, { start: 7, end: 10 });
});

test('an edit inside loses it for good', () => {
  const tracked = new TrackedSpan({ start: 5, end: 8 });
  tracked.follow([{ span: { start: 6, end: 7 }, newLength: 1 }]);
  tracked.follow([{ span: { start: 0, end: 1 }, newLength: 0 }]);
  assert.equal(tracked.span, undefined);
});

test('edits of its owner inside make it longer and shorter, and others around it still move it', async () => {
  const edit = fc.record({ at: fc.nat(20), length: fc.nat(4), text: fc.string({ maxLength: 5 }), isOwn: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
      let [before, selected] = ['before ', '<selected>'];
      const tracked = new TrackedSpan({ start: before.length, end: before.length + selected.length });
      for (const { at, length, text, isOwn } of edits) {
        const whole = isOwn ? selected : before;
        const from = Math.min(at, whole.length);
        const to = Math.min(from + length, whole.length);
        const made = whole.slice(0, from) + text + whole.slice(to);
        const start = isOwn ? before.length + from : from;
        const change = { span: { start, end: start + to - from }, newLength: text.length };
        if (isOwn) {
          selected = made;
          await tracked.whileEdited(async () => tracked.follow([change]));
        } else {
          before = made;
          tracked.follow([change]);
        }
        const { start: first, end } = tracked.span ?? { start: -1, end: -1 };
        assert.equal(`${before}${selected} after`.slice(first, end), selected);
      }
    }),
  );
});

test('an edit of its owner that reaches beyond it loses it, and after its own edits it is lost by any inside', async () => {
  const beyond = new TrackedSpan({ start: 5, end: 8 });
  await beyond.whileEdited(async () => beyond.follow([{ span: { start: 6, end: 9 }, newLength: 3 }]));
  assert.equal(beyond.span, undefined);

  const later = new TrackedSpan({ start: 5, end: 8 });
  await assert.rejects(
    later.whileEdited(async () => Promise.reject(new Error('not made'))),
    /not made/,
  );
  later.follow([{ span: { start: 6, end: 7 }, newLength: 1 }]);
  assert.equal(later.span, undefined);
});

test('where its edges count as inside, it is lost by what only touches them, and follows its owner as any other', async () => {
  const insertions = [4, 5, 8, 9].map((at) => {
    const tracked = new TrackedSpan({ start: 5, end: 8 }, 'inside');
    tracked.follow([{ span: { start: at, end: at }, newLength: 2 }]);
    return tracked.span;
  });
  assert.deepEqual(insertions, [{ start: 7, end: 10 }, undefined, undefined, { start: 5, end: 8 }]);

  const own = new TrackedSpan({ start: 5, end: 8 }, 'inside');
  await own.whileEdited(async () => own.follow([5, 10].map((at) => ({ span: { start: at, end: at }, newLength: 2 }))));
  assert.deepEqual(own.span, { start: 5, end: 12 });
});
