import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availableLine, contextLines } from '../../../src/extension/modelManager/availableLine.js';
import type { AvailableModel } from '../../../src/shared/modelImport.js';
import { plainLocalizer } from '../plainLocalizer.js';

const MODEL: AvailableModel = {
  repository: 'owner/coder-0.5B',
  title: 'Coder',
  about: 'a coder',
  parameters: 0.63e9,
  license: 'apache-2.0',
  downloadBytes: 1.26e9,
  isForCode: true,
  needs: 'nothing',
  mask: null,
  precision: 'int8',
  memoryBytes: 1.47e9,
  stepMs: 613.7,
  requestMs: 4910,
  dualRequestMs: 905,
};

test('a line tells size, licence, memory and time, and warns of what does not fit', () => {
  assert.deepEqual(availableLine(MODEL, 8e9, plainLocalizer), {
    label: 'owner/coder-0.5B',
    description: '0.6B · apache-2.0 · code',
    detail: '1.3 GB download · about 1.5 GB of memory · about 610 ms per step (estimate)',
  });
  const { label, detail } = availableLine({ ...MODEL, stepMs: null }, 1e9, plainLocalizer);
  assert.match(label, /^\$\(warning\) owner\/coder/);
  assert.match(detail, /of memory \(1\.0 GB free\) · speed not measured yet$/);
});

test('what a person has to bring along is said before anything is chosen', () => {
  const says = (needs: AvailableModel['needs']): string =>
    availableLine({ ...MODEL, needs, isForCode: false }, 8e9, plainLocalizer).description;
  assert.equal(says('tokenizer'), '0.6B · apache-2.0 · text · needs the tokenizer.json of GPT-2');
  assert.equal(says('mask'), '0.6B · apache-2.0 · text · asks for the id of its mask');
});

test('whether a model computes exactly is asked where that takes longer than people wait', () => {
  assert.deepEqual(
    contextLines(MODEL, plainLocalizer).map(({ label, detail, contextCache }) => [label, detail, contextCache]),
    [
      ['Exactly', 'About 4.9 s for 8 steps: each computes the whole context.', 'exact'],
      ['Faster', 'About 910 ms for 8 steps: only the first computes the context. Texts may be worse.', 'dual'],
    ],
  );
  assert.deepEqual(contextLines({ ...MODEL, requestMs: 1400 }, plainLocalizer), []);
  assert.deepEqual(contextLines({ ...MODEL, requestMs: null }, plainLocalizer), []);
});
