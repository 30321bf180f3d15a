import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepChoices, stepRange } from '../../../src/extension/commands/stepChoices.js';

const PACE = { estimate: (steps: number) => ({ ms: steps * 10, measured: steps === 16, runs: 1 }) };
const MODEL = {
  recommended: 4,
  most: 8,
  curve: [1, 2, 4, 8, 16].map((steps) => ({ steps, exact: steps / 100, beginsRight: steps / 50 })),
};

test('the present number is among the choices, in order, each with what it costs', () => {
  const choices = stepChoices(20, PACE);
  const numbers = choices.map(({ steps }) => steps);
  assert.deepEqual(
    numbers,
    [...numbers].sort((a, b) => a - b),
  );
  assert.deepEqual(
    choices.filter(({ current }) => current).map(({ steps }) => steps),
    [20],
  );
  assert.deepEqual(choices.find(({ steps }) => steps === 16)?.estimate, { ms: 160, measured: true, runs: 1 });
});

test('a typed number is a choice if it is in range', () => {
  const offers = (typed: string, steps: number): boolean =>
    stepChoices(16, PACE, typed).some((choice) => choice.steps === steps);
  assert.deepEqual(
    [offers('7', 7), offers('65', 65), offers('0', 0), offers('x', Number.NaN)],
    [true, false, false, false],
  );
});

test('what the model says of its quality, and which number it recommends', () => {
  const choices = stepChoices(4, PACE, '6', MODEL);
  assert.deepEqual(
    choices.map(({ steps, quality }) => [steps, quality?.exact, quality?.beginsRight]),
    [
      [1, 0.01, 0.02],
      [2, 0.02, 0.04],
      [4, 0.04, 0.08],
      [6, undefined, undefined], // typed; what was not measured is not claimed
      [8, 0.08, 0.16],
    ],
  );
  assert.deepEqual(
    choices.filter(({ recommended }) => recommended).map(({ steps }) => steps),
    [4],
  );
});

test('nothing is offered beyond the number from which the model gains no more', () => {
  assert.deepEqual(stepRange(MODEL), { least: 1, most: 8 });
  const numbers = (current: number, typed: string): number[] =>
    stepChoices(current, PACE, typed, MODEL).map(({ steps }) => steps);
  assert.deepEqual(numbers(4, '9'), [1, 2, 4, 8]);
  const { curve: _, ...without } = MODEL;
  assert.deepEqual(
    stepChoices(4, PACE, '', without).map(({ steps }) => steps),
    [1, 2, 4, 6, 8],
  );
});

test('a larger number that was set by hand stands there with what the model takes of it', () => {
  const set = stepChoices(32, PACE, '', MODEL).at(-1);
  assert.deepEqual([set?.steps, set?.current, set?.taken, set?.quality?.exact], [32, true, 8, 0.08]);
  assert.equal(set?.estimate?.ms, 80, 'it costs as much as the model takes');
  assert.equal(stepChoices(8, PACE, '', MODEL).at(-1)?.taken, undefined);
  assert.equal(stepChoices(16, PACE, '', MODEL).at(-1)?.estimate?.ms, 160, 'what was measured has the word');
});

test('rows that would say the same are one: the one that is set or recommended, or else the first', () => {
  const flat = { estimate: (steps: number) => ({ ms: Math.min(steps, 5) * 10.04, measured: true, runs: 3 }) };
  const rows = (current: number, typed = ''): unknown[] =>
    stepChoices(current, flat, typed, { recommended: 8 }).map(({ steps, estimate, sameUpTo }) =>
      [steps, estimate?.ms, sameUpTo].filter((each) => each !== undefined),
    );
  assert.deepEqual(rows(8), [
    [1, 10],
    [2, 20],
    [4, 40],
    [8, 50, 64],
  ]);
  assert.deepEqual(rows(24), [
    [1, 10],
    [2, 20],
    [4, 40],
    [8, 50, 16],
    [24, 50, 64],
  ]);
  assert.deepEqual(rows(8, '12').at(-2), [12, 50], 'what was typed can be taken');
});

test('rows of the same time and another quality are two', () => {
  const flat = { estimate: () => ({ ms: 50, measured: true, runs: 3 }) };
  assert.deepEqual(
    stepChoices(4, flat, '', MODEL).map(({ steps }) => steps),
    [1, 2, 4, 8],
  );
});

test('more steps are never told to be faster', () => {
  const noisy = { estimate: (steps: number) => ({ ms: steps === 4 ? 33 : steps * 10, measured: true, runs: 3 }) };
  assert.deepEqual(
    stepChoices(4, noisy, '3', MODEL).map(({ steps, estimate }) => [steps, estimate?.ms]),
    [
      [1, 10],
      [2, 20],
      [3, 30],
      [4, 33],
      [8, 80],
    ],
  );
  const odd = { estimate: (steps: number) => ({ ms: steps === 2 ? 60 : steps * 10, measured: true, runs: 3 }) };
  assert.deepEqual(
    stepChoices(4, odd, '', MODEL).map(({ estimate }) => estimate?.ms),
    [10, 60, 60, 80],
  );
});

test('a model that says nothing of steps leaves the whole range', () => {
  const choices = stepChoices(8, PACE, '', { recommended: 8 });
  assert.equal(choices.at(-1)?.steps, 64);
  assert.ok(choices.every(({ quality, taken }) => quality === undefined && taken === undefined));
});
