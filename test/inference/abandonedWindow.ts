// A host with a window's relay that tells the pid of the process which has the model, and then waits to be killed, for windows.test.ts. The
// arguments are the folder of the bundles, the model, and what a request does meanwhile ('' = there is none).
import path from 'node:path';
import { infillRequest } from './requests.js';
import { scriptedClient, until } from './scriptedClient.js';

const [, , folder = '', modelPath = '', request = ''] = process.argv;
const { client } = scriptedClient({
  graceMs: 15_000,
  workerPath: path.join(folder, 'worker.cjs'),
  relayPath: path.join(folder, 'relay.cjs'),
});
client.configure({ modelPath, device: 'cpu', threads: 1 });
await client.load();
if (request !== '') {
  client.infill(infillRequest(request)).catch(() => undefined);
  await until(() => client.state.kind === 'working');
}
process.send?.(client.pid);
setInterval(() => undefined, 60_000);
