import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { estimateMemory } from '../../../src/engine/network/folder/estimateMemory.js';
import { loadModel } from '../../../src/engine/network/loadModel.js';
import { availableModels, describeCheckpoint, memoryOf } from '../../../src/modelStore/catalogue/availableModels.js';
import { draftedModel } from '../../../src/modelStore/catalogue/draftedModel.js';
import { passMs, requestCost } from '../../../src/modelStore/catalogue/passCost.js';
import { PUBLIC_CHECKPOINTS } from '../../../src/modelStore/catalogue/publicCheckpoints.js';
import { convertCheckpoint } from '../../../src/modelStore/convert/convertCheckpoint.js';
import { choosePrecision } from '../../../src/modelStore/add/choosePrecision.js';
import { speedOf } from '../../../bench/shapes/machineRates.js';
import { readMeasured } from '../../../bench/shapes/measuredShapes.js';
import { writeSyntheticModel } from '../../../bench/shapes/syntheticModel.js';
import { undisturbed } from '../../../src/engine/network/runtime/machineProbe.js';
import type { MachineSpeed } from '../../../src/shared/modelImport.js';
import { checkpointPath } from '../../engine/fixtures.js';

/** Round numbers, of a machine that reads a byte for 20 multiplications and additions. */
const SPEED: MachineSpeed = {
  threads: 2,
  int8PerSecond: 1e12,
  int4PerSecond: 0.5e12,
  attentionPerSecond: 0.2e12,
  bytesPerSecond: 50e9,
};
const [coder] = PUBLIC_CHECKPOINTS;
const exact = { precision: 'int8', contextCache: 'exact' } as const;

void describe('the list of public checkpoints', () => {
  it('leaves out what is here', () => {
    const all = availableModels([], SPEED);
    assert.equal(all.length, PUBLIC_CHECKPOINTS.length);
    const fewer = availableModels([{ name: 'open-dcoder-0.5b' }, { name: 'mine' }], SPEED);
    assert.deepEqual(
      fewer,
      all.filter(({ repository }) => repository !== 'fredzzp/open-dcoder-0.5B'),
    );
  });

  it('says the precision that the converter would take, and no time where nothing was measured', () => {
    for (const checkpoint of PUBLIC_CHECKPOINTS) {
      const described = describeCheckpoint(checkpoint, SPEED);
      assert.equal(described.precision, choosePrecision('auto', described.parameters));
      assert.ok(described.stepMs !== null && described.requestMs !== null && described.dualRequestMs !== null);
      assert.ok(described.requestMs > 7 * described.stepMs && described.dualRequestMs < described.requestMs / 3);
    }
    const { stepMs, requestMs, dualRequestMs } = describeCheckpoint(coder!, undefined);
    assert.deepEqual([stepMs, requestMs, dualRequestMs], [null, null, null]);
  });
});

void describe('what a checkpoint costs', () => {
  it('is the memory that the converted model is said to need', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'infill-catalogue-'));
    try {
      for (const [name, family] of [
        ['llada', 'llada'],
        ['sedd', 'sedd'],
        ['diffugpt', 'diffugpt'],
      ] as const) {
        const target = path.join(folder, name);
        const answers = name === 'diffugpt' ? { mask: 5, ordinaryMask: true } : {};
        const { manifest } = await convertCheckpoint({
          source: checkpointPath(name),
          target,
          precision: 'int8',
          answers,
        });
        const { architecture } = manifest;
        const estimated = estimateMemory(draftedModel({ title: name, family, license: '', architecture }, exact));
        // The files have headers, and a start token takes a place; nothing else differs.
        assert.ok(Math.abs(estimated / estimateMemory(manifest) - 1) < 0.01, name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('grows with weights, rows and the square of rows, and is bound by reading where rows are few', () => {
    const manifest = draftedModel(coder!, exact);
    const ms = (computed: number, seen = computed, predicted = 1): number =>
      passMs(manifest, { computed, seen, predicted }, SPEED);
    const [one, four] = [ms(1, 1), ms(4, 4)];
    assert.ok(four < 1.05 * one, 'four rows read the same weights');
    assert.ok(one > (1000 * 0.49e9) / SPEED.bytesPerSecond, 'all of them');
    assert.ok(ms(700) > 2 * ms(350), 'attention grows faster than rows');
    assert.ok(ms(32, 700) < 0.1 * ms(700), 'rows that are kept cost attention alone');
    assert.ok(ms(700, 700, 64) > ms(700, 700, 16));
    const int4 = draftedModel(coder!, { ...exact, precision: 'int4' });
    assert.ok(passMs(int4, { computed: 700, seen: 700, predicted: 32 }, SPEED) > 1.5 * ms(700, 700, 32));
    assert.ok(passMs(int4, { computed: 1, seen: 1, predicted: 1 }, SPEED) < one, 'half as many bytes to read');
  });

  it('counts the whole context once in so many steps where it is kept', () => {
    const dual = draftedModel(coder!, { ...exact, contextCache: 'dual' });
    const { wholeMs, stepMs, requestMs } = requestCost(dual, { steps: 8, canvas: 32 }, SPEED);
    assert.equal(requestMs, wholeMs + 7 * stepMs);
    assert.equal(requestCost(dual, { steps: 9, canvas: 32 }, SPEED).requestMs, 2 * wholeMs + 7 * stepMs);
    const all = requestCost(draftedModel(coder!, exact), { steps: 8, canvas: 32 }, SPEED);
    assert.equal(all.requestMs, 8 * all.wholeMs);
    assert.equal(all.wholeMs, wholeMs);
  });

  it('is what was measured with models of these shapes, within a third', async () => {
    const measured = await readMeasured();
    const { shapes } = measured;
    const speed = speedOf(measured);
    assert.ok(shapes.length >= 6);
    for (const { title, precision, contextCache, memoryBytes, requests } of shapes) {
      const checkpoint = PUBLIC_CHECKPOINTS.find((each) => each.title === title)!;
      const draft = draftedModel(checkpoint, { precision, contextCache });
      const label = `${title} ${precision} ${contextCache}`;
      // Never less than what was measured. The kernel may have taken pages back meanwhile, of large models above all.
      assert.ok(estimateMemory(draft) > memoryBytes, label);
      for (const { prefix, suffix, canvas, first } of requests) {
        const seen = prefix + suffix + canvas;
        const expected = passMs(draft, { computed: seen, seen, predicted: canvas }, speed);
        const ratio = expected / undisturbed(first.clock, first.processor);
        assert.ok(
          ratio > 2 / 3 && ratio < 1.5,
          `${label}, ${String(seen)} rows: ${ratio.toFixed(2)} of what was measured`,
        );
      }
    }
  });

  it('is more memory for 8 bits than for 4', () => {
    for (const checkpoint of PUBLIC_CHECKPOINTS.filter(({ repository }) => repository.includes('7B'))) {
      assert.ok(memoryOf(checkpoint, 'int8') > 1.3 * memoryOf(checkpoint, 'int4'));
    }
  });
});

void describe('a model of a given shape with random weights', () => {
  it('loads, and its logits are finite, in 8 and in 4 bits', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'infill-shape-'));
    try {
      for (const precision of ['int8', 'int4'] as const) {
        const architecture = {
          ...coder!.architecture,
          layers: 2,
          vocabularySize: 64,
          hiddenSize: 128,
          feedForwardSize: 96,
        };
        const draft = draftedModel({ ...coder!, architecture }, { precision, contextCache: 'dual' });
        await writeSyntheticModel(path.join(folder, precision), draft);
        const { model } = await loadModel(path.join(folder, precision), { device: 'cpu', threads: 1 });
        const context = await model.openContext([1, 2, 3], [4]);
        const [rows] = await context.predict([{ canvas: [0, 0], positions: [0, 1] }], 0);
        for (const { entropy, ids } of rows!) assert.ok(Number.isFinite(entropy) && entropy > 0 && ids.length > 0);
        await model.dispose();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
