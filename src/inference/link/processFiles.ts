import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ProcessExit } from './linkProtocol.js';
import { isAlive } from './isAlive.js';

const OWNER_ALONE = 0o600;
/** So much of a process's last output is looked at. */
const LAST_OUTPUT = 16 * 1024;

/** What lies in the private folder for one process that holds a model, all of it under the process's name. */
export class ProcessFiles {
  constructor(
    readonly folder: string,
    readonly name: string,
  ) {}

  static newName(): string {
    return randomBytes(6).toString('hex');
  }

  /** Where the process listens. */
  get address(): string {
    return process.platform === 'win32'
      ? String.raw`\\.\pipe\infill-${randomBytes(16).toString('hex')}`
      : this.#file('sock');
  }

  /** Its standard error. */
  get log(): string {
    return this.#file('log');
  }

  /** Its signs of life. */
  get signs(): string {
    return this.#file('signs');
  }

  /** What the name of each window's mark begins with; the window's process id follows. */
  get markPrefix(): string {
    return `${this.name}.w`;
  }

  /** Says that this window uses the process. */
  mark(): void {
    writeFileSync(this.#file(`w${process.pid}`), '', { mode: OWNER_ALONE });
  }

  unmark(): void {
    rmSync(this.#file(`w${process.pid}`), { force: true });
  }

  /** Whether another window uses it that is alive. */
  get hasOtherWindows(): boolean {
    return this.#names()
      .filter((name) => name.startsWith(this.markPrefix))
      .map((name) => Number(name.slice(this.markPrefix.length)))
      .some((pid) => pid !== process.pid && isAlive(pid));
  }

  /** Says that a window is about to end the process, so that none takes it for its own fault. */
  noteEnd(): void {
    this.#note('ended', '');
  }

  get isEndNoted(): boolean {
    return this.#names().includes(`${this.name}.ended`);
  }

  /** How it ended is known only to the window that started it. */
  noteExit(exit: ProcessExit): void {
    this.#note('exit', JSON.stringify(exit));
  }

  get exit(): ProcessExit | undefined {
    try {
      return JSON.parse(readFileSync(this.#file('exit'), 'utf8')) as ProcessExit;
    } catch {
      return undefined; // not known, or half written
    }
  }

  /** Bytes of its log so far. */
  get logLength(): number {
    return statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** What it wrote to its log after `from` bytes, as far as it is worth a look. */
  logAfter(from: number): { readonly text: string; readonly end: number } {
    let file: number | undefined;
    try {
      file = openSync(this.log, 'r');
      const bytes = Buffer.alloc(LAST_OUTPUT);
      const length = readSync(file, bytes, 0, bytes.length, from);
      return { text: bytes.toString('utf8', 0, length), end: from + length };
    } catch {
      return { text: '', end: from };
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  remove(): void {
    for (const name of this.#names()) rmSync(path.join(this.folder, name), { force: true });
  }

  #note(ending: string, text: string): void {
    try {
      writeFileSync(this.#file(ending), text, { mode: OWNER_ALONE });
    } catch {
      // The folder is gone, and with it whoever would have read this.
    }
  }

  #names(): string[] {
    try {
      return readdirSync(this.folder).filter((name) => name.startsWith(`${this.name}.`));
    } catch {
      return []; // the folder is gone
    }
  }

  #file(ending: string): string {
    return path.join(this.folder, `${this.name}.${ending}`);
  }
}
