import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { ProcessFiles } from '../link/processFiles.js';
import { type ProcessExit, SERVE } from '../link/linkProtocol.js';

/** A process that was started to hold a model for all windows. It outlives this one if it has to. */
export class StartedProcess {
  /** Set once it has ended. */
  exit: ProcessExit | undefined;
  readonly #child: ChildProcess;

  constructor(
    bundle: string,
    key: string,
    readonly files: ProcessFiles,
  ) {
    const log = openSync(files.log, 'a', 0o600);
    this.#child = spawn(process.execPath, [...process.execArgv, bundle, SERVE, files.folder, key, files.name], {
      env: { ...process.env, ...('electron' in process.versions ? { ELECTRON_RUN_AS_NODE: '1' } : {}) },
      cwd: files.folder, // no folder of a person's is kept busy
      detached: true, // in a group of its own: what ends this window's processes must not end it
      stdio: ['ignore', 'ignore', log],
      windowsHide: true,
    });
    closeSync(log);
    this.#child.unref();
    this.#child.once('error', () => (this.exit ??= { code: null, signal: null }));
    this.#child.once('exit', (code, signal) => {
      this.exit = { code, signal };
      files.noteExit(this.exit);
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
