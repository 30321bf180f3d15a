import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonText, settingBehind } from '../../../src/extension/log/reasonText.js';
import { SETTING_SPECS } from '../../../src/extension/settings/settingSpecs.js';
import { NONE_REASONS } from '../../../src/shared/outcome.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('every reason has words of its own', () => {
  const texts = NONE_REASONS.map((reason) => reasonText(reason, plainLocalizer));
  assert.equal(new Set(texts).size, NONE_REASONS.length);
  texts.forEach((text) => assert.match(text, /^[A-Z].*\.$/));
});

test('settings named as the cause exist', () => {
  const named = NONE_REASONS.flatMap((reason) => settingBehind(reason) ?? []);
  assert.ok(named.length > 0 && named.every((key) => key in SETTING_SPECS));
});
