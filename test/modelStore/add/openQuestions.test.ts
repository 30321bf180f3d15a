import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { openQuestions } from '../../../src/modelStore/add/openQuestions.js';
import { checkpointPath } from '../../engine/fixtures.js';
import { withFolder } from '../../engine/network/checkpoints.js';

const refused = (message: RegExp): object => ({ name: 'InfillError', code: 'model-unsupported', message });

describe('openQuestions', () => {
  it('refuses what the configuration alone tells, before it looks for a tokenizer', async () => {
    await withFolder(async (folder) => {
      const write = async (config: object): Promise<void> =>
        writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
      await write({ model_type: 'sdar', architectures: ['SDARForCausalLM'], block_size: 4, mask_token_id: 151669 });
      await assert.rejects(openQuestions(folder, {}), refused(/block diffusion/));
      await write({ model_type: 'diffuqwen35' });
      await assert.rejects(openQuestions(folder, {}), refused(/recurrent layers/));
      await write({ model_type: 'llada', num_experts: 64 });
      await assert.rejects(openQuestions(folder, {}), refused(/mixture of experts/));
      // What may well run is asked for the rest.
      await write({ model_type: 'diffuqwen3' });
      await assert.rejects(openQuestions(folder, {}), { code: 'model-missing', message: /no tokenizer\.json/ });
    });
  });

  it("tells dLLM's two kinds by their folders' names", async () => {
    await withFolder(async (folder) => {
      for (const [name, refusal] of [
        ['Qwen3-0.6B-diffusion-mdlm-v0.1', undefined],
        ['Qwen3-0.6B-diffusion-bd3lm-v0.1', refused(/block diffusion/)],
      ] as const) {
        const own = path.join(folder, name);
        await mkdir(own);
        await cp(checkpointPath('a2d-qwen3'), own, { recursive: true });
        if (refusal === undefined) assert.deepEqual(await openQuestions(own, {}), []);
        else await assert.rejects(openQuestions(own, {}), refusal);
      }
    });
  });
});
