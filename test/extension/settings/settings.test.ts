import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denoiseOptions, holesOptions, infillOptions } from '../../../src/extension/settings/requestOptions.js';
import { resolveSettings, type Settings } from '../../../src/extension/settings/settings.js';
import { SECRET_FILES } from '../../../src/workspace/secretFiles.js';

function withValues(values: Record<string, unknown>): Settings {
  return resolveSettings((key) => values[key]);
}

test('what is not set has its default', () => {
  const settings = withValues({});
  assert.equal(settings.steps, 8);
  assert.equal(settings.model.path, '');
  assert.deepEqual(settings.delay, { mode: 'adaptive', milliseconds: 250 });
  assert.deepEqual(settings.excludedFiles, SECRET_FILES);
});

test('numbers out of range are brought into it, integers are rounded', () => {
  const settings = withValues({ steps: 1000, maxTokens: -1, temperature: 9, threads: 2.6, 'denoise.strength': 0 });
  assert.equal(settings.steps, 64);
  assert.equal(settings.maxTokens, 8);
  assert.equal(settings.temperature, 2);
  assert.equal(settings.model.threads, 3);
  assert.equal(settings.denoiseStrength, 0.05);
});

test('values of a wrong type count as not set', () => {
  const settings = withValues({
    enabled: 'no',
    steps: '8',
    multiline: 'perhaps',
    model: 7,
    excludedFiles: 3,
    temperature: NaN,
  });
  assert.deepEqual(settings, withValues({}));
});

test('excluded files: a pattern set to false is allowed', () => {
  const { excludedFiles } = withValues({ excludedFiles: { '**/*.pem': true, '**/.env*': false, '*.x': 'yes' } });
  assert.deepEqual(excludedFiles, ['**/*.pem']);
});

test('sampler, remasking and length are left to the model unless chosen', () => {
  const { sampler, remask, length } = withValues({});
  assert.deepEqual([sampler, remask, length], [undefined, undefined, undefined]);
  const options = infillOptions(withValues({}), true);
  assert.ok(!('sampler' in options || 'remask' in options || 'length' in options));
  const chosen = withValues({ sampler: 'mdlm-ancestral', remask: 'cap', length: 'fixed' });
  const { sampler: s, remask: r, length: l } = infillOptions(chosen, true);
  assert.deepEqual([s, r, l], ['mdlm-ancestral', 'cap', 'fixed']);
  assert.equal(withValues({ sampler: 'euler' }).sampler, undefined);
});

test('the minimum confidence is for suggestions that nobody asked for', () => {
  const settings = withValues({ minimumConfidence: 0.4 });
  assert.equal(infillOptions(settings, true).minConfidence, 0.4);
  assert.equal(infillOptions(settings, false).minConfidence, 0);
  assert.equal(withValues({}).minimumConfidence, 0.15);
});

test('a deadline is for suggestions, asked for or not, and only where there is one', () => {
  assert.ok(!('deadlineMs' in infillOptions(withValues({}), true)));
  const settings = withValues({ 'deadline.milliseconds': 120 });
  assert.deepEqual(
    [infillOptions(settings, true), infillOptions(settings, false)].map(({ deadlineMs }) => deadlineMs),
    [120, 120],
  );
  assert.ok(!('deadlineMs' in denoiseOptions(settings, 0)), 'a selection takes as long as it takes');
  assert.ok(!('deadlineMs' in holesOptions(settings, 0)), 'so do several cursors');
  assert.equal(withValues({ 'deadline.milliseconds': 1e9 }).deadlineMs, 60_000);
  assert.equal(withValues({ 'deadline.milliseconds': -5 }).deadlineMs, 0);
});

test('cursors are filled as a suggestion that was asked for, even in doubt, and each further attempt comes to another text', () => {
  const settings = withValues({ steps: 4, maxTokens: 20, multiline: 'never' });
  const first = holesOptions(settings, 0);
  assert.deepEqual(first, { ...infillOptions(settings, false), stopBelow: 0 });
  const second = holesOptions(settings, 1);
  assert.ok(second.temperature > 0 && second.seed !== first.seed);
  assert.deepEqual(holesOptions(withValues({ temperature: 0.9 }), 1).temperature, 0.9);
});
