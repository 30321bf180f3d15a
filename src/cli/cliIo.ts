import { once } from 'node:events';
import type { Writable } from 'node:stream';

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
}

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Exit codes of the program, as documented in `infill --help`. */
export const EXIT = { done: 0, nothing: 1, usage: 2, interrupted: 130 } as const;

/** Writes text and waits until the stream can take more: whoever reads slowly slows us down, not our memory up. */
export async function write(stream: OutputStream, text: string): Promise<void> {
  if (!stream.write(text)) {
    await once(stream, 'drain');
  }
}
