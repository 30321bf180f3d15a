/** Entry of the command line. Only wires the process to the program. */
import path from 'node:path';
import { addAbortSignal } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../modelStore/packageRoot.js';
import { EXIT } from './output/cliIo.js';
import { runCli } from './program.js';

const interrupt = new AbortController();
// The second one is what a service manager sends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupt.signal.aborted) {
      process.exit(EXIT.interrupted); // the second time, without waiting for the step to end
    }
    interrupt.abort();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') {
    process.exit(EXIT.done); // who read our output has seen enough
  }
  throw error;
});

void runCli(process.argv.slice(2), {
  get stdin() {
    return addAbortSignal(interrupt.signal, process.stdin); // else Ctrl+C would wait for the next line
  },
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  root: packageRoot(path.dirname(fileURLToPath(import.meta.url))),
  signal: interrupt.signal,
  exit: (exitCode) => process.exit(exitCode),
}).then((exitCode) => {
  process.exitCode = exitCode;
});
