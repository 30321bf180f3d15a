import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { MODELS_PAGE, readMeasured } from '../../bench/shapes/measuredShapes.js';
import { modelsPage } from '../../bench/shapes/modelsPage.js';
import { PUBLIC_CHECKPOINTS } from '../../src/modelStore/catalogue/publicCheckpoints.js';

test('docs/models.md is what the table of checkpoints and the measurements say', async () => {
  const page = await readFile(MODELS_PAGE, 'utf8');
  assert.equal(page, modelsPage(await readMeasured()), 'write it anew: npm run bench -- shapes --write');
  for (const { repository, title } of PUBLIC_CHECKPOINTS) {
    assert.ok(page.includes(`[${title}](https://huggingface.co/${repository})`), repository);
  }
});
