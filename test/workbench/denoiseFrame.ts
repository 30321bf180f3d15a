import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from './rig/workbench.js';

/** The denoise view in a real VS Code, as a person sees it. */
export class DenoiseFrame {
  constructor(private readonly workbench: Workbench) {}

  get page(): FrameLocator {
    return this.workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  }

  get tokens(): Locator {
    return this.page.locator('.tokens .token:not(.end)');
  }

  get status(): Locator {
    return this.page.locator('.status');
  }

  get problem(): Locator {
    return this.page.getByRole('alert');
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByLabel(name, { exact: true });
  }

  async texts(): Promise<string> {
    return (await this.tokens.allTextContents()).join('');
  }

  /** What is said of each token to those who do not see it. */
  async labels(): Promise<readonly string[]> {
    return this.tokens.evaluateAll((all) => all.map((each) => (each as unknown as { ariaLabel: string }).ariaLabel));
  }

  /** Waits until the run has ended. */
  async finished(): Promise<void> {
    await this.status.filter({ hasText: /Finished/ }).waitFor();
    assert.notEqual(await this.tokens.count(), 0);
  }

  async closed(): Promise<void> {
    const { page } = this.workbench;
    await this.workbench.until('the view is closed', async () => (await page.locator('iframe.webview').count()) === 0);
  }

  /** Leaves nothing open of the scene before. */
  async alone(): Promise<void> {
    await this.workbench.runCommand('View: Close All Editors');
    await this.workbench.page.locator('.tab').first().waitFor({ state: 'detached' });
  }

  /** Opens the view for the hole between two texts of a new file, or for the selection between the first and the last of three. */
  async open(file: string, parts: readonly string[]): Promise<void> {
    await this.alone();
    writeFileSync(file, parts.join(''));
    const [before = '', selected = ''] = parts;
    const lines = before.split('\n');
    await this.workbench.openFile(file, { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 });
    if (parts.length === 2) {
      await this.workbench.runCommand('Infill: Open Denoise View');
      return;
    }
    for (const _ of selected) await this.workbench.page.keyboard.press('Shift+ArrowRight');
    await this.workbench.runCommand('Infill: Denoise Selection with...');
    await this.workbench.until(
      `the selection of ${path.basename(file)} is there`,
      async () => (await this.tokens.count()) > 1 && (await this.texts()).trim() === selected,
    );
  }
}
