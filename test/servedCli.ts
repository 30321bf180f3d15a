import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const STARTS_WITHIN_MS = 120_000;

/** An `infill serve` in a process of its own. */
export class ServedCli implements AsyncDisposable {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /**
   * Starts one, and waits until it answers.
   *
   * @param how how Node runs the command line, the bundle or the source
   * @param args after `serve`
   */
  static async start(
    how: readonly string[],
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServedCli> {
    const child = spawn(process.execPath, [...how, 'serve', ...args], {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    const late = setTimeout(() => child.kill('SIGKILL'), STARTS_WITHIN_MS);
    try {
      for await (const line of createInterface({ input: child.stderr })) {
        said += `${line}\n`;
        const [url] = /https?:\/\/\S+\d(?=;)/u.exec(line) ?? [];
        if (url !== undefined) {
          child.stderr.resume();
          return new ServedCli(child, url);
        }
      }
    } finally {
      clearTimeout(late);
    }
    throw new Error(`The server did not start: ${said}`);
  }

  get port(): string {
    return new URL(this.url).port;
  }

  /** How many whole requests of a kind it has answered. */
  async answered(route: 'fill' | 'denoise' | 'project' | 'model', token?: string): Promise<number> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const metrics = await (await fetch(`${this.url}/metrics`, { headers })).text();
    const line = new RegExp(String.raw`infill_requests_total\{route="/infill/v1/${route}",status="200"\} (\d+)`, 'u');
    return Number(line.exec(metrics)?.[1] ?? 0);
  }

  /** As when its machine fails: nothing is finished. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
