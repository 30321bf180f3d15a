/**
 * Entry of a window's process: it finds the process that holds the model for all windows of a person, or starts it, and hands messages
 * on in both directions. Where none can be shared it becomes the inference process itself. It is small, because there is one for each window.
 */
import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';
import { privateFolder } from '../link/privateFolder.js';
import { WindowRelay } from './windowRelay.js';

const STDERR = 2;
const EX_USAGE = 64;

process.title = 'infill-window';
// Ctrl+C in a terminal reaches the whole group; the host decides what it means.
process.on('SIGINT', () => undefined);

if (process.send === undefined) {
  note('This process of Infill is started by the extension, not by hand. Try the infill command.\n');
  process.exit(EX_USAGE);
}
const self = process.argv[1] ?? '';
const bundle = path.join(path.dirname(self), 'worker.cjs');
const relay = new WindowRelay({
  bundle,
  folder: () => privateFolder(process.env),
  toHost,
  note,
  loadHere,
  exit: () => process.exit(0),
});
const receive = (message: unknown): void => relay.receive(message as HostMessage);
const leave = (): void => void relay.leave();
process.on('message', receive);
process.on('disconnect', leave);
process.on('SIGTERM', leave);

function toHost(message: WorkerMessage): void {
  // Where the channel is closed, 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
}

function loadHere(reason: string, messages: readonly HostMessage[]): void {
  note(`The model is loaded for this window alone: ${reason}.\n`);
  process.off('message', receive);
  process.off('disconnect', leave);
  process.off('SIGTERM', leave);
  createRequire(self)(bundle);
  for (const message of messages) process.emit('message', message, undefined);
}

/** Synchronous, so that it gets out before an exit. */
function note(text: string): void {
  writeSync(STDERR, text);
}
