import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FullSequenceModel } from '../../../src/engine/model/fullSequenceModel.js';
import { topAgreement } from '../../../src/engine/model/topAgreement.js';
import { withConverted } from './checkpoints.js';

const TEXT = Array.from({ length: 64 }, (_, i) => (i * 37) % 290);

describe('topAgreement', () => {
  it('is whole for a model and itself, high for its int8 form, low for another model', async () => {
    await withConverted('a2d-qwen2', 'fp32', async (reference) => {
      const first = new FullSequenceModel(reference);
      await withConverted('a2d-qwen2', 'fp32', async (parts) =>
        assert.equal(await topAgreement(first, new FullSequenceModel(parts), TEXT), 1),
      );
      await withConverted('a2d-qwen2', 'int8', async (parts) => {
        const share = await topAgreement(first, new FullSequenceModel(parts), TEXT);
        assert.ok(share >= 0.7, `${share}`);
      });
      await withConverted('llada', 'fp32', async (parts) => {
        const share = await topAgreement(first, new FullSequenceModel(parts), TEXT);
        assert.ok(share < 0.3, `${share}`);
      });
    });
  });
});
