// A host that tells the pid of its child and then waits to be killed, for orphans.test.ts. The argument says what the child does
// meanwhile: `rest` (the inference process has loaded a model), `hang` (its event loop no longer turns), `store` (a store process).
import { fileURLToPath } from 'node:url';
import { StoreClient } from '../../src/inference/host/storeClient.js';
import { infillRequest } from './requests.js';
import { scriptedClient, until } from './scriptedClient.js';

/** Shorter than what a test waits for, and longer than it needs to kill this process. */
const GRACE_MS = 5000;
const [, , what = 'rest'] = process.argv;

if (what === 'store') {
  const store = new StoreClient({
    workerPath: fileURLToPath(new URL('slowStore.mjs', import.meta.url)),
    graceMs: GRACE_MS,
    log: (_level, line) => process.send?.(Number(line.replace('store: ', ''))),
  });
  void store.run({ type: 'list', root: '', data: '' });
} else {
  const { client } = scriptedClient({ graceMs: GRACE_MS });
  await client.load();
  if (what === 'hang') {
    client.infill(infillRequest('hang')).catch(() => undefined);
    await until(() => client.state.kind === 'working');
  }
  process.send?.(client.pid);
}
setInterval(() => undefined, 60_000);
