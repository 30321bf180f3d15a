import { test, type TestContext } from 'node:test';
import { outputFile } from './environment.js';
import type { Workbench } from './rig/workbench.js';

export interface PicturedTestOptions {
  /** The one that the test is about, once it has been started. */
  readonly workbench: () => Workbench;
  /** Before the name of the picture. */
  readonly about?: string;
  /** What else is worth knowing of a failure. */
  readonly told?: () => string | Promise<string>;
}

/** Tests that leave a picture behind when they fail. */
export function picturedTest({
  workbench,
  about = '',
  told,
}: PicturedTestOptions): (name: string, body: (t: TestContext) => Promise<void>) => void {
  return (name, body) =>
    void test(name, async (t) => {
      try {
        await body(t);
      } catch (error) {
        await workbench().page.screenshot({ path: outputFile(`failed: ${about}${name}.png`) });
        if (told !== undefined) t.diagnostic(await told());
        throw error;
      }
    });
}
