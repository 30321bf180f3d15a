import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EAGERNESS } from '../../../src/extension/settings/eagerness.js';
import { resolveSettings } from '../../../src/extension/settings/settings.js';
import type { SettingKey } from '../../../src/extension/settings/settingSpecs.js';
import { adaptiveDelay } from '../../../src/extension/suggest/adaptiveDelay.js';

function settings(values: Partial<Record<SettingKey, unknown>>): ReturnType<typeof resolveSettings> {
  return resolveSettings(
    (key) => values[key],
    (key) => values[key] !== undefined,
  );
}

test('balanced is what holds without it', () => {
  const { automatic, minimumConfidence, delay } = settings({ eagerness: 'balanced' });
  const usual = settings({});
  assert.deepEqual([automatic, minimumConfidence, delay], [true, usual.minimumConfidence, usual.delay]);
});

test('only when asked: nothing comes by itself, whatever else is set', () => {
  assert.equal(settings({ eagerness: 'asked', automatic: true }).automatic, false);
});

test('from careful to eager less must be sure, and a pause is shorter', () => {
  const words = EAGERNESS.slice(1).map((eagerness) => settings({ eagerness }));
  const confidences = words.map(({ minimumConfidence }) => minimumConfidence);
  const pauses = words.map(({ delay }) => adaptiveDelay(200 * (delay.pace ?? 1), 0.5, 0));
  for (const values of [confidences, pauses]) {
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
    );
    assert.equal(new Set(values).size, values.length, values.join(', '));
  }
  assert.ok(words.every(({ automatic }) => automatic));
});

test('what a person has set counts more, each for itself', () => {
  const own = settings({ eagerness: 'careful', minimumConfidence: 0.1 });
  assert.equal(own.minimumConfidence, 0.1);
  assert.ok((own.delay.pace ?? 1) > 1);
  const fixed = settings({ eagerness: 'eager', 'delay.mode': 'fixed', 'delay.milliseconds': 700 });
  assert.deepEqual(fixed.delay, { mode: 'fixed', milliseconds: 700 });
  assert.ok(fixed.minimumConfidence < settings({}).minimumConfidence);
});

test('automatic off stays off, however eager', () => {
  assert.equal(settings({ eagerness: 'eager', automatic: false }).automatic, false);
});
