import { spawn } from 'node:child_process';

const REMIND_MS = 20_000;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {Record<string, string | undefined>} [env] in addition to this process's; undefined removes a variable
 * @property {string} [quietly] what is being done; output is then collected, and shown only when it fails
 * @property {number} [timeoutMs]
 *
 * @typedef {object} Ran
 * @property {number} code exit code; 128 and more after a signal or a timeout, 127 where the program is missing
 * @property {string} output what it printed, when run quietly
 */

/**
 * Runs a program to its end. A long quiet one says every 20 seconds that it is still at work.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Ran>}
 */
export function run(program, args, { cwd, env, quietly, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quietly ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      // npm is a .cmd file on Windows, which only a shell can start; no argument here needs quoting
      shell: process.platform === 'win32' && program.endsWith('.cmd'),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => (output += text));
    }
    const reminder = setInterval(() => {
      if (quietly) {
        console.log(`  ... still at it: ${quietly} (${Math.round((Date.now() - started) / 1000)} s)`);
      }
    }, REMIND_MS);
    const limit = setTimeout(() => child.kill('SIGKILL'), timeoutMs ?? 2 ** 31 - 1);
    /** @param {number} code */
    const end = (code) => {
      clearInterval(reminder);
      clearTimeout(limit);
      resolve({ code, output });
    };
    child.once('error', (error) => {
      output += `${program}: ${error.message}\n`;
      end(127);
    });
    child.once('close', (code, signal) => end(signal ? 128 : (code ?? 1)));
  });
}

/**
 * As `run`, but a failure is an error that shows what was printed.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {RunOptions & { quietly: string }} options
 * @returns {Promise<string>} what it printed
 */
export async function mustRun(program, args, options) {
  const { code, output } = await run(program, args, options);
  if (code !== 0) {
    throw new Error(`${options.quietly} failed (${program} ended with ${code}):\n${output}`);
  }
  return output;
}
