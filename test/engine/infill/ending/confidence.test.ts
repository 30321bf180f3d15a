import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibratedConfidence } from '../../../../src/engine/infill/ending/confidence.js';

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-12, `${a} and ${b}`);

test('a logistic function of the joint log-probability and of the odds of the end', () => {
  const calibration = { joint: 0.5, end: 0.25, constant: 1 };
  const expected = 1 / (1 + Math.exp(-(1 + 0.5 * (Math.log(0.5) + Math.log(0.25)) + 0.25 * Math.log(0.8 / 0.2))));
  near(calibratedConfidence(calibration, [0.5, 0.25], 0.8), expected);
});

test('an end that was not compared says nothing', () => {
  near(calibratedConfidence({ joint: 1, end: 3, constant: 0 }, [0.5], undefined), 1 / (1 + 2));
});

test('extremes stay within 0 and 1', () => {
  const calibration = { joint: 1, end: 1, constant: 0 };
  for (const share of [0, 1]) {
    const confidence = calibratedConfidence(calibration, [1e-300, 1], share);
    assert.ok(confidence >= 0 && confidence < 1e-6);
  }
  assert.ok(calibratedConfidence(calibration, [], 1) < 1);
});
