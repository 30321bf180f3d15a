/**
 * Entry of the store process: carries out one task and ends. It is a process of its own, apart from the one that runs the model, so
 * that suggestions go on while a model is downloaded and converted.
 */
import { writeSync } from 'node:fs';
import type { StoreMessage, StoreReply } from '../../shared/storeProtocol.js';
import { InfillError } from '../../shared/infillError.js';
import { serialiseError } from '../../shared/serialisedError.js';
import { stepBack } from './stepBack.js';
import { performStoreTask } from './workerStoreTask.js';

const STDERR = 2;
const EX_USAGE = 64;
/** Behind the host, and behind the process that makes suggestions. */
const STEP_BACK = 10;

process.title = 'infill-store';
const cancel = new AbortController();
// Ctrl+C in a terminal reaches the whole group; the host decides what it means.
process.on('SIGINT', () => undefined);
// The host is gone: what was begun is cleaned up, then nothing keeps this process alive.
process.on('disconnect', () => cancel.abort());

if (process.send === undefined) {
  writeSync(STDERR, 'This process of Infill is started by the extension, not by hand. Try: infill models\n');
  process.exit(EX_USAGE);
}
try {
  stepBack(STEP_BACK);
} catch (error) {
  writeSync(STDERR, `Runs at the priority of its host: ${String(error)}\n`);
}
process.on('message', (message) => receive(message as StoreMessage));

function receive(message: StoreMessage): void {
  if (message.type === 'cancel') {
    cancel.abort();
    return;
  }
  performStoreTask(message.task, {
    env: process.env,
    signal: cancel.signal,
    onProgress: (progress) => send({ type: 'progress', progress }),
  }).then(
    (result) => finish({ type: 'done', result }),
    (error: unknown) => {
      const cancelled = new InfillError('cancelled', 'The task was cancelled.', '');
      finish({ type: 'failed', error: serialiseError(cancel.signal.aborted ? cancelled : error) });
    },
  );
}

function send(reply: StoreReply): void {
  if (process.connected) {
    process.send?.(reply, undefined, undefined, () => undefined);
  }
}

function finish(reply: StoreReply): void {
  if (process.connected) {
    process.send?.(reply, undefined, undefined, () => process.exit());
  } else {
    process.exit();
  }
}
