import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ListTimes } from '../../../src/extension/names/listTimes.js';

function timesOf(...ms: readonly number[]): ListTimes {
  const times = new ListTimes(60);
  for (const each of ms) times.add('typescript', each, 0);
  return times;
}

test('quick lists are asked for again', () => {
  assert.equal(timesOf().rests('typescript', 0), false);
  assert.equal(timesOf(3, 5, 59, 60, 2, 1).rests('typescript', 0), false);
  assert.equal(timesOf(Infinity, Infinity, 5, Infinity).rests('typescript', 0), false, 'not three in a row');
});

test('three late lists in a row, or a median that is late, rest for five minutes, in this language only', () => {
  for (const times of [timesOf(Infinity, 61, Infinity), timesOf(80, 80, 1, 1, 80), timesOf(1, 1, 80, 80, 80)]) {
    assert.equal(times.rests('typescript', 5 * 60_000 - 1), true);
    assert.equal(times.rests('python', 0), false);
    assert.equal(times.rests('typescript', 5 * 60_000), false);
    times.add('typescript', Infinity, 5 * 60_000);
    assert.equal(times.rests('typescript', 5 * 60_000), false, 'it begins anew');
  }
});

test('against a naive version', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(1, 60, 61, Infinity), { maxLength: 12 }), (all) => {
      let since: number[] = [];
      let rests = false;
      for (const ms of all) {
        since = rests ? [ms] : [...since, ms];
        const five = since.slice(-5);
        const isLate = (each: number): boolean => each > 60;
        rests =
          (since.length >= 3 && since.slice(-3).every(isLate)) ||
          (five.length === 5 && five.filter(isLate).length >= 3);
      }
      assert.equal(timesOf(...all).rests('typescript', 0), rests);
    }),
  );
});
