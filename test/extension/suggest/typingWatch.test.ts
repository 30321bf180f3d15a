import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TypingRhythm } from '../../../src/extension/suggest/adaptiveDelay.js';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { watchTyping } = await import('../../../src/extension/suggest/typingWatch.js');

const document = new fake.FakeDocument('text');

/** Milliseconds since the rhythm knows of an edit, after an event. */
function idleAfter(event: { document?: fake.FakeDocument; changes?: number; reason?: number | undefined }): number {
  fake.window.activeTextEditor = { document };
  const rhythm = new TypingRhythm();
  const subscription = watchTyping(rhythm);
  const contentChanges = Array.from({ length: event.changes ?? 1 }, () => ({ text: 'a', rangeLength: 0 }));
  fake.changeTextDocument({ document: event.document ?? document, contentChanges, reason: event.reason });
  subscription.dispose();
  return rhythm.idle(performance.now());
}

test('typing, undo and redo begin a pause', () => {
  for (const reason of [undefined, fake.TextDocumentChangeReason.Undo, fake.TextDocumentChangeReason.Redo]) {
    assert.ok(idleAfter({ reason }) < 1000, `reason ${reason ?? 'none'}`);
  }
});

test('what happens in another document, or changes no text, does not', () => {
  assert.equal(idleAfter({ document: new fake.FakeDocument('other') }), Number.POSITIVE_INFINITY);
  assert.equal(idleAfter({ changes: 0 }), Number.POSITIVE_INFINITY);
});
