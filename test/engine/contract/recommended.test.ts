import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { Engine } from '../../../src/engine/engine.js';
import { recommendedAt, recommendedOptions } from '../../../src/engine/contract/recommended.js';
import { TINY_FP32 } from '../fixtures.js';
import { requestOf } from '../infill/requests.js';

const plain = recommendedOptions.parse({
  steps: 16,
  entropyBound: 0.1,
  absorb: true,
  encoderMix: 0.75,
  stopEvidence: 0.8,
  minConfidence: 0,
});

describe('recommendedOptions', () => {
  const stated = { steps: 16, entropyBound: 0.1, absorb: true, encoderMix: 0.75, stopEvidence: 0.8, minConfidence: 0 };

  it('gives what is not stated its default', () => {
    const byDefault = {
      ...{ stopBelow: 0, draftTokens: 0, draftConfidence: 0, rankEnds: false, missingPrior: 0, characterPrior: 0 },
      ...{ preamble: 0, lineCanvas: 16, blockCanvas: 64, positionsPerStep: 2, lookUpTokens: 0 },
      ...{ sampler: 'entropy-bound', remask: 'none', length: 'auto', bySteps: [] },
    };
    assert.deepEqual(recommendedOptions.parse(stated), { ...stated, ...byDefault });
  });

  it('gives what an entry for few steps leaves out no default: it stays as it is', () => {
    const parsed = recommendedOptions.parse({ ...stated, stopBelow: 0.3, bySteps: [{ upTo: 4, draftTokens: 2 }] });
    assert.deepEqual(parsed.bySteps, [{ upTo: 4, draftTokens: 2 }]);
    assert.equal(recommendedAt(parsed, 4).stopBelow, 0.3);
  });

  it('is what the schema beside the models says: node --import=tsx scripts/recommendedSchema.mjs renews it', async () => {
    const written: unknown = JSON.parse(await readFile('models/recommended.schema.json', 'utf8'));
    assert.deepEqual(written, z.toJSONSchema(recommendedOptions, { io: 'input' }));
  });
});

describe('recommendedAt', () => {
  const bySteps = [
    { upTo: 2, entropyBound: 3, absorb: false },
    { upTo: 8, entropyBound: 1 },
  ];
  const byStepsToo = { ...plain, bySteps };

  it('takes the first entry that reaches the steps', () => {
    const at = (steps: number): unknown[] => {
      const { entropyBound, absorb, encoderMix } = recommendedAt(byStepsToo, steps);
      return [entropyBound, absorb, encoderMix];
    };
    assert.deepEqual([1, 2, 3, 8, 9, 64].map(at), [
      [3, false, 0.75],
      [3, false, 0.75],
      [1, true, 0.75],
      [1, true, 0.75],
      [0.1, true, 0.75],
      [0.1, true, 0.75],
    ]);
    assert.ok(!('upTo' in recommendedAt(byStepsToo, 1)));
  });

  it('leaves a model without such entries as it is', () => {
    assert.equal(recommendedAt(plain, 1), plain);
  });

  it('decides how the engine fills', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'infill-by-steps-'));
    try {
      await cp(TINY_FP32, folder, { recursive: true });
      const file = path.join(folder, 'manifest.json');
      const manifest = JSON.parse(await readFile(file, 'utf8')) as { recommended: object };
      // Without a bound the last of few steps has much to do; with an endless one the first step does it all.
      Object.assign(manifest.recommended, { entropyBound: 0, absorb: false, stopEvidence: 0 });
      Object.assign(manifest.recommended, { bySteps: [{ upTo: 6, entropyBound: 1e6 }] });
      await writeFile(file, JSON.stringify(manifest));
      const engine = await Engine.load({ modelPath: folder, device: 'cpu', threads: 1 });
      try {
        const taken = async (steps: number): Promise<number> => {
          const prompts = ['const total = |;\n', 'return |', 'if (a |) {', 'import { x } from |;', 'items.map(|)'];
          const used = [];
          for (const prompt of prompts) {
            used.push((await engine.infill(requestOf(prompt, { steps }))).report.stepsUsed);
          }
          return Math.max(...used); // some texts end early by themselves
        };
        assert.equal(await taken(6), 1);
        assert.ok((await taken(7)) > 1);
      } finally {
        await engine.dispose();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
