/**
 * Entry of the inference process. Only wires: the channel to the host, or the windows that share it, on one side, the engine on the
 * other. Nothing is ever written to stdout; stderr is for what the host puts into the log.
 */
import { writeSync } from 'node:fs';
import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';
import { SERVE } from '../link/linkProtocol.js';
import { serialiseError } from '../../shared/serialisedError.js';
import { ProjectIndex } from '../../engine/project/projectIndex.js';
import { ProcessFiles } from '../link/processFiles.js';
import { ModelProcess } from './modelProcess.js';
import { SignsOfLife } from './signsOfLife.js';
import { stepBack } from './stepBack.js';
import { loadWhereItFits } from './workerLoad.js';
import { type EngineLoader, WorkerServer } from './workerServer.js';

const STDERR = 2;
/** Behind the host, but hardly: a person waits for what is computed here, and beside a build that would last a multiple of its time. */
const STEP_BACK = 1;
/** Exit codes of sysexits.h: internal software error, and command line usage error. */
const EX_SOFTWARE = 70;
const EX_USAGE = 64;

process.title = 'infill-inference';
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
// Ctrl+C in a terminal reaches the whole group; the host decides what it means.
process.on('SIGINT', () => undefined);
// The host is gone, or wants this process to be gone.
process.on('disconnect', () => process.exit(0));

if (process.send === undefined && process.argv[2] !== SERVE) {
  note('This is the inference process of Infill; it is started by the extension, not by hand. Try the infill command.');
  process.exit(EX_USAGE);
}
try {
  stepBack(STEP_BACK);
} catch (error) {
  note(`Runs at the priority of its host: ${String(error)}`);
}
if (process.argv[2] === SERVE) {
  serveWindows(process.argv.slice(3));
} else {
  serveHost();
}

/** One host, which started this process, over the channel to it. */
function serveHost(): void {
  const project = new ProjectIndex();
  const load: EngineLoader = (runtime) => loadWhereItFits(runtime, project);
  const server = new WorkerServer({ send, load, index: project, signs: new SignsOfLife() });
  process.on('message', (message) => server.receive(message as HostMessage));
}

/** All windows that come; see the relay. */
function serveWindows([folder = '', key = '', name = '']: readonly string[]): void {
  const model = new ModelProcess({
    files: new ProcessFiles(folder, name),
    key,
    load: (runtime) => loadWhereItFits(runtime),
    exit: () => process.exit(0),
  });
  process.on('SIGTERM', () => model.end());
  void model.serve();
}

function send(message: WorkerMessage): void {
  // Where the channel is closed, 'disconnect' ends this process.
  process.send?.(message, undefined, undefined, () => undefined);
}

function crash(error: unknown): void {
  note(serialiseError(error).stack || String(error));
  process.exit(EX_SOFTWARE);
}

/** Synchronous, so that it gets out before an exit. */
function note(text: string): void {
  writeSync(STDERR, `${text}\n`);
}
