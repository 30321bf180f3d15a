import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import path from 'node:path';
import readline from 'node:readline';

/** What llama.mjs answers to an append. */
export interface Completion {
  readonly ms: number;
  readonly text: string;
}

/** llama.cpp in a process of its own, so that neither runtime's threads disturb the other's. */
export class LlamaPeer {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly lines: AsyncIterator<string>,
    readonly version: string,
  ) {}

  static async start(gguf: string, threads: number): Promise<LlamaPeer> {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'llama.mjs'), gguf, String(threads)]);
    child.stderr.pipe(process.stderr);
    const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const { llamaCpp } = (await readAnswer(lines)) as { llamaCpp: string };
    return new LlamaPeer(child, lines, llamaCpp);
  }

  async tokenize(text: string): Promise<number[]> {
    return ((await this.ask({ text })) as { tokens: number[] }).tokens;
  }

  async prime(tokens: readonly number[]): Promise<void> {
    await this.ask({ prime: tokens });
  }

  /** Keeps `keep` cached tokens, evaluates `append`, generates `generate` tokens greedily. */
  async complete(keep: number, append: readonly number[], generate: number): Promise<Completion> {
    return (await this.ask({ keep, append, generate })) as Completion;
  }

  stop(): void {
    this.child.kill();
  }

  private async ask(command: object): Promise<unknown> {
    this.child.stdin.write(`${JSON.stringify(command)}\n`);
    return readAnswer(this.lines);
  }
}

async function readAnswer(lines: AsyncIterator<string>): Promise<unknown> {
  const { value, done } = (await lines.next()) as { value: string; done?: boolean };
  if (done === true) throw new Error('llama.cpp ended. Is bench/peer installed, and the GGUF file whole?');
  return JSON.parse(value);
}
