import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InfillError } from '../../src/shared/infillError.js';
import { toInfillError } from '../../src/shared/toInfillError.js';

test('an InfillError is itself', () => {
  const error = new InfillError('model-missing', 'No model here.', 'Add one.');
  assert.equal(toInfillError(error), error);
});

test('anything else is a bug, and says so in whole sentences', () => {
  const described = (thrown: unknown): string => {
    const error = toInfillError(thrown);
    assert.equal(error.code, 'internal');
    assert.equal(error.cause, thrown);
    return error.describe();
  };
  const remedy = 'This is a bug in Infill: please report it with the log and the diagnostics.';
  assert.equal(described(new TypeError('x is not a function')), `Unexpected error: x is not a function. ${remedy}`);
  assert.equal(described(new Error('It broke.')), `Unexpected error: It broke. ${remedy}`);
  assert.equal(described('text'), `Unexpected error: text. ${remedy}`);
  assert.equal(described(undefined), `Unexpected error: undefined. ${remedy}`);
});

test("a bug's stack is where it happened", () => {
  const thrown = new RangeError('x');
  assert.equal(toInfillError(thrown).stack, thrown.stack);
});
