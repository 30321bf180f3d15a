// A host that tells the pid of its inference process and then waits to be killed, for faults.test.ts.
import { scriptedClient } from './scriptedClient.js';

const { client } = scriptedClient();
await client.load();
process.send?.(client.pid);
setInterval(() => undefined, 60_000);
