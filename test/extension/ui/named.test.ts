import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reasonText } from '../../../src/extension/log/reasonText.js';
import { named } from '../../../src/extension/ui/named.js';
import { NONE_REASONS } from '../../../src/shared/outcome.js';

test('what Infill says carries its name once', () => {
  const english = { t: (text: string) => text };
  for (const reason of NONE_REASONS) {
    const text = named(reasonText(reason, english));
    assert.equal(text.match(/Infill/g)?.length, 1, text);
  }
});
