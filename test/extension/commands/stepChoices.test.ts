import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepChoices } from '../../../src/extension/commands/stepChoices.js';

const PACE = { estimate: (steps: number) => ({ ms: steps * 10, measured: steps === 16, runs: 1 }) };

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
