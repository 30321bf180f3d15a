import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** Collects what a child prints, and waits for parts of it. */
export class ServerOutput {
  text = '';
  private changed = (): void => {};

  constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        this.changed();
      });
    }
  }

  /** Waits until the output matches. Rejects, with the output, if the child ends or the time is over before. */
  async waitFor(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new Error(`The server ${why}. Its output:\n${this.text}`));
      const timer = setTimeout(() => fail(`was not ready in ${timeoutMs} ms`), timeoutMs);
      this.child.once('error', (error) => fail(`could not be started (${error.message})`));
      this.child.once('exit', (code) => fail(`exited early (${String(code)})`));
      this.changed = () => {
        const match = pattern.exec(this.text);
        if (match) {
          clearTimeout(timer);
          resolve(match);
        }
      };
      this.changed();
    });
  }
}

/** The text of all log files in a folder, for example those of the server and the extension host. */
export function readLogs(folder: string): string {
  if (!existsSync(folder)) {
    return '';
  }
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => file.endsWith('.log') && statSync(file).size > 0)
    .map((file) => `\n--- ${path.relative(folder, file)}\n${readFileSync(file, 'utf8')}`)
    .join('');
}
