import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Commands } from './measured.js';

type Answer = { readonly answer: unknown } | { readonly error: string };

/** One build's measuring process. One command at a time. */
export class MeasuredBuild {
  readonly #child: ChildProcess;

  /** `file`: measured.ts, built. */
  constructor(file: string) {
    this.#child = fork(file, [], { execArgv: [], serialization: 'advanced' });
  }

  async ask<N extends keyof Commands>(
    name: N,
    asked: Parameters<Commands[N]>[0],
  ): Promise<Awaited<ReturnType<Commands[N]>>> {
    const ended = new AbortController();
    const exit = once(this.#child, 'exit', ended).then(([code]) => ({ error: `it ended with ${String(code)}` }));
    const message = once(this.#child, 'message', ended).then(([answer]) => answer as Answer);
    this.#child.send([name, asked]);
    const answer = await Promise.race([message, exit]);
    exit.catch(() => undefined);
    message.catch(() => undefined);
    ended.abort();
    if ('error' in answer) throw new Error(`${name}: ${answer.error}`);
    return answer.answer as Awaited<ReturnType<Commands[N]>>;
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
