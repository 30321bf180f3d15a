import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addedText, AddProgressText } from '../../../src/extension/modelManager/addProgressText.js';
import { keptLine } from '../../../src/extension/modelManager/keptLine.js';
import { modelLine } from '../../../src/extension/modelManager/modelLine.js';
import { refuseSwitch } from '../../../src/extension/modelManager/refuseSwitch.js';
import type { AddedModel, ModelDescription } from '../../../src/shared/modelImport.js';
import { plainLocalizer } from '../plainLocalizer.js';

const MODEL: ModelDescription = {
  name: 'mine',
  title: 'Mine',
  version: '1.0',
  license: 'MIT',
  isBundled: false,
  precision: 'int8',
  bytes: 345_000_000,
  memoryBytes: 1_240_000_000,
  msPerStep: 8.25,
  measuredOn: 'cpu',
  folder: '/models/mine',
  problem: '',
};

test('a model is shown with size, licence, memory and speed', () => {
  assert.deepEqual(modelLine(MODEL, false, undefined, plainLocalizer), {
    label: 'mine',
    description: '1.0 · MIT',
    detail: 'int8 · 345 MB on disk · needs about 1.2 GB of memory · 8.3 ms per step here',
  });
});

test('the model in use is marked, and its speed is that of this window', () => {
  const line = modelLine({ ...MODEL, isBundled: true }, true, 12.4, plainLocalizer);
  assert.deepEqual([line.label, line.description], ['$(check) mine', 'in use · bundled · 1.0 · MIT']);
  assert.match(line.detail, / 12 ms per step here$/);
  assert.match(modelLine({ ...MODEL, msPerStep: null }, true, undefined, plainLocalizer).detail, /not measured yet$/);
});

test('a damaged model is shown with what is wrong', () => {
  const line = modelLine({ ...MODEL, problem: 'A file is missing.' }, false, undefined, plainLocalizer);
  assert.deepEqual(line, { label: '$(error) mine', description: '', detail: 'A file is missing.' });
});

test('a model that does not fit is refused; what the loaded one gives back counts', () => {
  const refused = (freeMemory: number, heldMemory: number): string | undefined =>
    refuseSwitch(MODEL, { freeMemory, heldMemory }, plainLocalizer);
  assert.equal(refused(1.24e9, 0), undefined);
  assert.equal(refused(1e9, 0.3e9), undefined);
  assert.equal(
    refused(1e9, 0.1e9),
    'mine needs about 1.2 GB of memory, and 1.1 GB are free. Close other programs, or choose a smaller model.',
  );
  assert.equal(refuseSwitch({ ...MODEL, problem: 'No.' }, { freeMemory: 9e9, heldMemory: 0 }, plainLocalizer), 'No.');
});

test('progress names the phase; the bar never goes back and never beyond its end', () => {
  const text = new AddProgressText(plainLocalizer);
  const steps = [
    { phase: 'download', done: 0, total: 0, detail: 'config.json' },
    { phase: 'download', done: 30, total: 100, detail: 'model.safetensors' },
    { phase: 'download', done: 100, total: 100, detail: 'model.safetensors' },
    { phase: 'convert', done: 10, total: 100, detail: 'int8' },
    { phase: 'verify', done: 0, total: 0, detail: '' },
    { phase: 'compare', done: 1, total: 2, detail: '' },
  ] as const;
  const shown = steps.map((step) => text.next(step));
  assert.deepEqual(
    shown.map(({ message }) => message),
    [
      'downloading config.json',
      'downloading model.safetensors: 30% of 0 MB',
      'downloading model.safetensors: 100% of 0 MB',
      'converting to int8: 10%',
      'verifying',
      'comparing with 32-bit floating point: 50%',
    ],
  );
  assert.deepEqual(
    shown.map(({ increment }) => increment),
    [0, 30, 70, 0, 0, 0],
  );
});

test('the summary of an import tells how well the numbers agree, where that was measured', () => {
  const added: AddedModel = {
    ...MODEL,
    agreement: { kind: 'measured', agreeing: 99, positions: 120 },
    notes: ['Its head is its own.'],
  };
  assert.equal(
    addedText(added, plainLocalizer),
    'Added mine: int8, 345 MB on disk, needs about 1.2 GB of memory. At 82.5% of 120 positions of sample texts it predicts the same token as in 32-bit floating point. Its head is its own.',
  );
  const skipped: AddedModel = { ...MODEL, agreement: { kind: 'skipped', why: 'large' }, notes: [] };
  assert.equal(addedText(skipped, plainLocalizer), 'Added mine: int8, 345 MB on disk, needs about 1.2 GB of memory.');
});

test('what an interrupted import has left is shown with its size, and whether it is gone on with just now', () => {
  const kept = { source: 'owner/name', called: 'owner/name', bytes: 1_250_000_000, isActive: false };
  assert.deepEqual(keptLine(kept, plainLocalizer), {
    label: '$(debug-pause) owner/name',
    description: 'not finished · 1.3 GB on disk',
    size: '1.3 GB',
    name: 'owner/name',
  });
  const active = keptLine({ ...kept, isActive: true }, plainLocalizer);
  assert.deepEqual([active.label, active.description], ['$(sync) owner/name', 'being added · 1.3 GB on disk']);
  assert.equal(keptLine({ ...kept, called: 'owner/name@v2' }, plainLocalizer).name, 'owner/name@v2');
});
