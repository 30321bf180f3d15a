import { visibleJson } from '../../shared/visibleText.js';

/** What a command sees of the world, so that tests can run it without a process of its own. */
export interface CliIo {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Where Infill is installed: the bundled model is below it. */
  readonly root: string;
  /** Aborted when the person presses Ctrl+C. */
  readonly signal: AbortSignal;
  /** Ends the process at once, whatever native code still does. Absent where there is no process of its own. */
  readonly exit?: (exitCode: number) => void;
}

/** A process's stream, or one for a command, which makes visible what could act on a terminal (see SafeOutput). */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Answers whether it can take more. */
  write(text: string): boolean;
  /** Writes text as it is, unless a terminal would get it. Absent in a process's stream, whose `write` does that. */
  writeExact?(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Exit codes of the program, as documented in `infill --help`. */
export const EXIT = { done: 0, nothing: 1, usage: 2, interrupted: 130 } as const;

/** Writes text for a person and waits until the stream can take more: whoever reads slowly slows us down, not our memory up. */
export async function write(stream: OutputStream, text: string): Promise<void> {
  await drained(stream, stream.write(text));
}

/** Writes text that a program reads or a file takes: every byte of it. A terminal gets it made visible. */
export async function writeExact(stream: OutputStream, text: string): Promise<void> {
  await drained(stream, stream.writeExact?.(text) ?? stream.write(text));
}

/** Writes a value as JSON over several lines. */
export async function writeJson(stream: OutputStream, value: unknown): Promise<void> {
  await write(stream, `${visibleJson(JSON.stringify(value, null, 2))}\n`);
}

async function drained(stream: OutputStream, takesMore: boolean): Promise<void> {
  if (!takesMore) {
    await new Promise<void>((resolve) => stream.once('drain', resolve));
  }
}
