import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { OutputStream } from '../../src/cli/output/cliIo.js';
import { runCli } from '../../src/cli/program.js';
import { packageRoot } from '../../src/modelStore/packageRoot.js';

export const ROOT = packageRoot(path.dirname(fileURLToPath(import.meta.url)));
export const TINY = path.join(ROOT, 'test/fixtures/tiny/int8');
/** A data folder in which nothing is, so that what a person has added does not matter to tests. */
const NO_DATA = path.join(tmpdir(), 'infill-tests-without-data');

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliRunOptions {
  readonly stdin?: AsyncIterable<Uint8Array> | string | Uint8Array;
  readonly isTTY?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** Runs the command line in this process, with the tiny model unless `env` names another. */
export async function run(args: readonly string[], options: CliRunOptions = {}): Promise<CliRun> {
  const {
    stdin = '',
    isTTY = false,
    env = { INFILL_MODEL: TINY, INFILL_HOME: NO_DATA },
    cwd = ROOT,
    signal = new AbortController().signal,
  } = options;
  const [stdout, stderr] = [new Collected(isTTY), new Collected(isTTY)];
  const input = typeof stdin === 'string' || stdin instanceof Uint8Array ? Readable.from([Buffer.from(stdin)]) : stdin;
  const exitCode = await runCli(args, { stdin: input, stdout, stderr, env, cwd, root: ROOT, signal });
  return { exitCode, stdout: stdout.text, stderr: stderr.text };
}

class Collected extends Writable implements OutputStream {
  text = '';
  readonly columns = 100;

  constructor(readonly isTTY: boolean) {
    super({ decodeStrings: false });
  }

  override _write(chunk: string, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}
