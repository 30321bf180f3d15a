import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import { LOAD_PATIENCE, type Patience } from '../../src/process/patience.js';
import { BEAT_MS } from '../../src/process/pulse.js';
import { type ScriptedClient, scriptedClient } from './scriptedClient.js';

/** By what the process itself did, so no busy machine makes it too short. */
const PATIENCE: Patience = { computingMs: 5000, idleMs: 5000, silentMs: 120_000 };

let built: string;
before(async () => {
  built = await bundleFolder('loading-');
  await buildBundle('test/inference/loadingWorker.ts', path.join(built, 'worker.cjs'));
});
after(() => rm(built, { recursive: true }));

function loading(behaviour: string): ScriptedClient {
  const scripted = scriptedClient({ workerPath: path.join(built, 'worker.cjs'), loadPatience: PATIENCE });
  scripted.client.configure({ modelPath: behaviour, device: 'cpu', threads: 1 });
  return scripted;
}

void describe('a load', { concurrency: true }, () => {
  const behaviours = {
    'computes for ever': 'though it computed for 5',
    'waits for ever': 'and it did nothing for 5 s',
    'is never called back': 'and it did nothing for 5 s',
  };
  for (const [behaviour, detail] of Object.entries(behaviours)) {
    it(`that ${behaviour} is noticed, and its process ended`, async () => {
      await using scripted = loading(behaviour);
      await assert.rejects(scripted.client.load(), {
        code: 'worker-stuck',
        message: new RegExp(`stopped answering while it loaded the model \\(it did not look at messages ${detail}`),
        remedy: /disk that holds the model/,
      });
      assert.equal(scripted.client.state.kind, 'stopped');
      scripted.client.configure({ modelPath: 'another', device: 'cpu', threads: 1 });
      assert.equal((await scripted.client.load()).name, 'another');
    });
  }

  for (const behaviour of ['fills memory', 'computes piece by piece']) {
    it(`that ${behaviour} may take longer than that`, async () => {
      await using scripted = loading(behaviour);
      assert.equal((await scripted.client.load()).name, behaviour);
    });
  }

  it('that is stuck is noticed within 30 seconds of its own', () => {
    assert.ok(Math.max(LOAD_PATIENCE.computingMs, LOAD_PATIENCE.idleMs) + BEAT_MS < 30_000);
  });
});
