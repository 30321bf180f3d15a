import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bundledStepMs,
  costsHere,
  SUGGESTED_MODELS,
  suggestedLine,
} from '../../../src/extension/modelManager/suggestedModels.js';
import { choosePrecision } from '../../../src/modelStore/add/choosePrecision.js';
import { parseHubId } from '../../../src/modelStore/hub/hubId.js';
import type { ModelDescription } from '../../../src/shared/modelImport.js';
import { plainLocalizer } from '../plainLocalizer.js';

test('what is offered are ids of the hub, by size, with a licence', () => {
  const sizes = SUGGESTED_MODELS.map(({ parameters }) => parameters);
  assert.deepEqual(
    sizes,
    sizes.toSorted((a, b) => a - b),
  );
  for (const { repository, license, parameters, bytes } of SUGGESTED_MODELS) {
    assert.equal(parseHubId(repository)?.repository, repository);
    assert.match(license, /^[a-z][a-z0-9.-]+$/);
    assert.ok(bytes / parameters > 1.9 && bytes / parameters < 2.1, `${repository}: two bytes a weight`);
  }
});

test('the precision is what the converter would choose', () => {
  for (const model of SUGGESTED_MODELS) {
    assert.equal(costsHere(model, 1).precision, choosePrecision('auto', model.parameters));
  }
});

test('memory and time grow with what a step reads; no time is claimed where none was measured', () => {
  const [small, large] = [SUGGESTED_MODELS[0]!, SUGGESTED_MODELS.at(-1)!];
  const [costs, more] = [costsHere(small, 10), costsHere(large, 10)];
  assert.ok(costs.memoryBytes > small.parameters && costs.memoryBytes < 3 * small.parameters);
  assert.ok(more.memoryBytes > costs.memoryBytes && more.memoryBytes < large.parameters);
  assert.ok(Math.abs(costs.leastStepMs! / (10 * (0.63e9 / 135e6)) - 1) < 0.01);
  assert.ok(more.leastStepMs! > 5 * costs.leastStepMs!);
  assert.equal(costsHere(small, undefined).leastStepMs, undefined);
});

test('the bundled model’s speed is that of this window, or of an earlier one', () => {
  const model = { folder: '/bundled', isBundled: true, msPerStep: 12 } as ModelDescription;
  const other = { folder: '/mine', isBundled: false, msPerStep: 300 } as ModelDescription;
  assert.equal(bundledStepMs([other, model], '/bundled', 9), 9);
  assert.equal(bundledStepMs([other, model], '/mine', 280), 12);
  assert.equal(bundledStepMs([other, { ...model, msPerStep: null }], '/mine', 280), undefined);
});

test('a line tells size, licence, memory and time, and warns of what does not fit', () => {
  const [small] = SUGGESTED_MODELS;
  assert.deepEqual(suggestedLine(small!, { freeMemory: 8e9, stepMs: 12 }, plainLocalizer), {
    label: 'dllm-hub/Qwen2.5-Coder-0.5B-Instruct-diffusion-mdlm-v0.1',
    description: '0.6B · apache-2.0 · code',
    detail: '1.3 GB download · about 1.3 GB of memory · at least 56 ms per step (estimate)',
  });
  const { label, detail } = suggestedLine(small!, { freeMemory: 1e9, stepMs: undefined }, plainLocalizer);
  assert.match(label, /^\$\(warning\) dllm-hub/);
  assert.match(detail, /of memory \(1\.0 GB free\) · speed not measured yet$/);
});
