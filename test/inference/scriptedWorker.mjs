// @ts-check
// An inference process that follows the protocol and misbehaves on demand, to test the client against real processes.
// What to do stands in the prefix of a request, and for a load in the model's path.

import { Worker } from 'node:worker_threads';

/** @typedef {import('../../src/shared/protocol.js').HostMessage} HostMessage */
/** @typedef {import('../../src/shared/protocol.js').WorkerMessage} WorkerMessage */

const NONE = { count: 0, ms: 0 };
const EMPTY_REPORT = {
  stepsUsed: 0,
  passes: { context: NONE, denoise: NONE, verify: NONE, rank: NONE, length: NONE },
  canvasSize: 0,
  ms: { tokenize: 0, context: 0, steps: [], postprocess: 0, total: 0 },
  encodedTokens: 0,
  reusedTokens: 0,
};
/** Requests that wait to be told to go on, to be cancelled, or for ever. @type {Map<number, () => void>} */
const held = new Map();
let loadedPath = '';
let handled = 0;

/** Turns of the event loop; a thread tells of them, as signsOfLife.ts does, but always and ten times as often. */
const turns = new Int32Array(new SharedArrayBuffer(4));
setInterval(() => Atomics.add(turns, 0, 1), 25);
new Worker(
  `const { workerData } = require('node:worker_threads');
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    require('node:fs').writeSync(4, (user + system) / 1000 + ' 0 ' + Atomics.load(workerData, 0) + '\\n');
  }, 100);`,
  { eval: true, workerData: turns, execArgv: [] },
).unref();

/** @param {WorkerMessage} message */
const send = (message) => void process.send?.(message);
process.on('disconnect', () => process.exit(0));
process.on('message', (message) => receive(/** @type {HostMessage} */ (message)));

/** @param {HostMessage} message */
function receive(message) {
  switch (message.type) {
    case 'load':
      load(message.id, message.runtime.modelPath);
      break;
    case 'cancel':
      held.get(message.id)?.();
      break;
    case 'ping':
      send({ type: 'pong', id: message.id, rssBytes: process.memoryUsage.rss() });
      break;
    case 'infill':
    case 'denoise':
      handled++;
      act(message, message.request.context.prefix);
      break;
    case 'holes':
      handled++;
      act(message, message.request.parts[0] ?? '');
      break;
    case 'project': // one-way
    case 'end': // for a relay
    case 'canvas': // no test asks for one
      break;
  }
}

/** @param {number} id @param {string} path */
function load(id, path) {
  if (path.includes('missing')) {
    const message = `There is no model in ${path}.`;
    send({
      type: 'failure',
      id,
      error: { code: 'model-missing', message, remedy: 'Choose another.', stack: 'the stack' },
    });
    return;
  }
  if (path.includes('crash')) {
    throw new Error('crashed while loading');
  }
  loadedPath = path;
  setTimeout(() => send({ type: 'loaded', id, info: info(path) }), path.includes('slow') ? 300 : 0);
}

/** @param {string} name */
function info(name) {
  return {
    name,
    version: '1',
    license: 'MIT',
    device: 'cpu',
    deviceNote: '',
    threads: 1,
    loadMs: 1,
    steps: { recommended: 8 },
  };
}

/** @param {Extract<HostMessage, { type: 'infill' | 'denoise' | 'holes' }>} message @param {string} what */
function act(message, what) {
  const { id } = message;
  switch (what) {
    case 'hang': // the event loop no longer turns
      for (;;);
    case 'deaf': // answers pings, but never the request
      break;
    case 'hold': // until it is cancelled
      held.set(id, () =>
        send(
          message.type === 'holes'
            ? { type: 'holesFilled', id, outcomes: message.request.parts.slice(1).map(() => none('cancelled')) }
            : { type: 'infilled', id, outcome: none('cancelled') },
        ),
      );
      break;
    case 'quiet': // takes its time, but is alive
      setTimeout(() => answer(message, 'late'), 2500);
      break;
    case 'steps':
      for (let step = 0; step < 3; step++) {
        send({
          type: 'step',
          id,
          trace: { step, kind: 'denoise', commits: [], canvas: ['a', null], draft: ['a', 'b'] },
        });
      }
      answer(message, 'stepped');
      break;
    case 'exit':
      process.stderr.write('the last words\n');
      return process.exit(3);
    case 'die':
      process.kill(process.pid, 'SIGKILL');
      break;
    case 'fail':
      send({
        type: 'failure',
        id,
        error: { code: 'invalid-request', message: 'Not this.', remedy: 'Do that.', stack: '' },
      });
      break;
    case 'chatter':
      process.stdout.write('something on stdout\n');
      process.stderr.write('something on stderr\n');
      setTimeout(() => answer(message, 'chattered'), 100);
      break;
    case 'environment':
      answer(message, JSON.stringify([process.env['NODE_OPTIONS'] ?? null, process.execArgv]));
      break;
    default:
      answer(message, `${loadedPath} ${process.pid} ${handled} ${what}`);
  }
}

/** @param {Extract<HostMessage, { type: 'infill' | 'denoise' | 'holes' }>} message @param {string} text */
function answer(message, text) {
  const { id } = message;
  /** @type {import('../../src/shared/outcome.js').InfillOutcome} */
  const outcome = {
    kind: 'infill',
    candidates: [{ text, confidence: 1, tokens: [], stepsUsed: 1 }],
    report: EMPTY_REPORT,
  };
  switch (message.type) {
    case 'infill':
      send({ type: 'infilled', id, outcome });
      break;
    case 'holes':
      send({ type: 'holesFilled', id, outcomes: message.request.parts.slice(1).map(() => outcome) });
      break;
    case 'denoise':
      send({
        type: 'denoised',
        id,
        outcome: { kind: 'denoised', text, changes: [], refused: [], tokens: [], report: EMPTY_REPORT },
      });
  }
}

/** @param {import('../../src/shared/outcome.js').NoneReason} reason @returns {import('../../src/shared/outcome.js').InfillOutcome} */
function none(reason) {
  return { kind: 'none', reason, detail: 'told to stop', report: EMPTY_REPORT };
}
