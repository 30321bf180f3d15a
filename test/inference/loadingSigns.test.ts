import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildBundle, bundleFolder } from '../builtBundle.js';
import { LOAD_SILENCE_MS } from '../../src/inference/host/client.js';
import { type ScriptedClient, scriptedClient } from './scriptedClient.js';

/** Long enough for a busy machine to start a process. */
const SILENCE_MS = 5000;

let built: string;
before(async () => {
  built = await bundleFolder('loading-');
  await buildBundle('test/inference/loadingWorker.ts', path.join(built, 'worker.cjs'));
});
after(() => rm(built, { recursive: true }));

function loading(behaviour: string): ScriptedClient {
  const scripted = scriptedClient({ workerPath: path.join(built, 'worker.cjs'), loadSilenceMs: SILENCE_MS });
  scripted.client.configure({ modelPath: behaviour, device: 'cpu', threads: 1 });
  return scripted;
}

void describe('a load', { concurrency: true }, () => {
  for (const behaviour of ['computes for ever', 'waits for ever', 'is never called back']) {
    it(`that ${behaviour} is noticed, and its process ended`, async () => {
      await using scripted = loading(behaviour);
      await assert.rejects(scripted.client.load(), {
        code: 'worker-stuck',
        message: /stopped answering while it loaded the model \(it gave no sign of life for 5 s\)/,
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

  it('that is stuck is noticed within 30 seconds', () => {
    assert.ok(LOAD_SILENCE_MS + 1000 < 30_000);
  });
});
