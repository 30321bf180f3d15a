import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import { test } from 'node:test';
import { loadInWords, machineFacts } from '../../../src/extension/log/machineFacts.js';

test('processor, memory and load of this computer, in words', () => {
  const facts = machineFacts();
  assert.deepEqual(Object.keys(facts), ['CPU', 'Logical processors', 'Memory', 'Load']);
  assert.match(facts['Logical processors'] ?? '', /^\d+/);
  const [total = 0, free = 0] = (facts['Memory']?.match(/[\d.]+/g) ?? []).map(Number);
  assert.ok(total > free && free > 0, facts['Memory']);
  assert.ok(facts['CPU']?.includes(cpus()[0]?.model.trim() || 'unknown'), facts['CPU']);
});

test('Windows counts no load, and zeros would be none', () => {
  assert.equal(loadInWords([0, 0, 0], 'win32'), 'not known on Windows');
  assert.equal(loadInWords([1.5, 0.25, 2], 'linux'), '1.50, 0.25, 2.00 (1, 5, 15 minutes)');
});
