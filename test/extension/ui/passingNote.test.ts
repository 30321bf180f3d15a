import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as vscode from 'vscode';
import * as fake from '../fakeVscode.js';

fake.useFakeVscode();
const { passingNote } = await import('../../../src/extension/ui/passingNote.js');

const told: string[] = [];
Object.assign(fake.window, {
  withProgress: (_options: object, task: (progress: object) => Promise<unknown>) =>
    task({ report: ({ message }: { message: string }) => told.push(message) }),
});

test('a note goes with its cause, and listens to nothing any more', async () => {
  const listeners = new Set<() => void>();
  const event = (listener: () => void): vscode.Disposable => {
    listeners.add(listener);
    const disposable: unknown = { dispose: () => listeners.delete(listener) };
    return disposable as vscode.Disposable;
  };
  const gone = passingNote('Select something.', [event, event]);
  assert.deepEqual([told, listeners.size], [['Select something.'], 2]);
  [...listeners][0]?.();
  assert.equal(await gone, true);
  assert.equal(listeners.size, 0);
});

test('where its cause stays it goes after a while', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const gone = passingNote('Open a file.', []);
  t.mock.timers.tick(10_000);
  assert.equal(await gone, false);
});
