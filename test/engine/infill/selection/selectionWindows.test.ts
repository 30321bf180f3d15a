import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectionWindows } from '../../../../src/engine/infill/selection/selectionWindows.js';

const units = [1, 2, 3, 4].map((id) => ({ ids: [id] }));

test('room to grow follows the last unit only where the model can say that its text ends', () => {
  const masked = [false, true, true, true];
  assert.deepEqual(selectionWindows(units, masked, 16, false), [{ start: 1, end: 4, slack: 0 }]);
  const [window] = selectionWindows(units, masked, 16, true);
  assert.ok(window!.slack > 0);
});

test('no window has room to grow before a unit that is kept', () => {
  const masked = [true, false, true, false];
  assert.deepEqual(selectionWindows(units, masked, 16, true), [{ start: 0, end: 3, slack: 0 }]);
});
