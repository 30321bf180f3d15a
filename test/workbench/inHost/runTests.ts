// A test runner for inside the extension host: Node's own prints to a console that VS Code owns.
import { appendFileSync } from 'node:fs';

export interface HostTestContext {
  /** Puts a measurement or a remark into the report. */
  readonly note: (text: string) => void;
}

export type HostTest = (context: HostTestContext) => Promise<void>;

/** Runs the tests one after the other. Results go to `file` as they come, so that a crash leaves those before it. */
export async function runTests(tests: Readonly<Record<string, HostTest>>, file: string): Promise<void> {
  const write = (entry: object): void => appendFileSync(file, `${JSON.stringify(entry)}\n`);
  for (const [name, body] of Object.entries(tests)) {
    const notes: string[] = [];
    try {
      await body({ note: (text) => notes.push(text) });
      write({ name, notes });
    } catch (error) {
      write({ name, notes, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  write({ finished: true });
}
