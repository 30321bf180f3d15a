import type { Locator, Page } from 'playwright-core';

const ENTRY_WAIT_MS = 2000;
const INPUT_WAIT_MS = 5000;

/** The list that opens in the middle of the window: quick open, the command palette, and what extensions ask with. */
export class QuickInput {
  readonly widget: Locator;

  constructor(
    private readonly page: Page,
    private readonly timeoutMs: number,
  ) {
    this.widget = page.locator('.quick-input-widget');
  }

  /**
   * Opens it with `key`, types `text` and takes the entry labelled `label`. Tries again with a new list while the entry
   * is not there: commands of an extension appear only some time after the workbench.
   */
  async choose(key: string, text: string, label: string | RegExp): Promise<void> {
    const wanted = this.widget
      .locator('.monaco-list-row.focused .label-name')
      .filter({ hasText: typeof label === 'string' ? exactly(label) : label })
      .first();
    const deadline = Date.now() + this.timeoutMs;
    for (;;) {
      await this.open(key, text);
      if (await appears(wanted)) {
        await this.page.keyboard.press('Enter');
        await wanted.waitFor({ state: 'hidden' }); // closed, or replaced by what the command asks
        return;
      }
      const seen = await this.labels();
      await this.page.keyboard.press('Escape');
      await this.widget.waitFor({ state: 'hidden' });
      if (Date.now() > deadline) {
        throw new Error(
          `"${String(label)}" is not the first match of "${text}". Listed: ${seen.join(' | ') || 'nothing'}`,
        );
      }
    }
  }

  /**
   * Opens it with `key` and types `text`. A list that was still open, or one that closes because the window takes the focus
   * back, leaves no input behind; then the key is pressed again.
   */
  async open(key: string, text: string): Promise<void> {
    const input = this.widget.locator('input').first();
    for (const deadline = Date.now() + this.timeoutMs; ;) {
      await this.page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: INPUT_WAIT_MS });
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** Waits until a list with `text` in its entries or its title is open, and returns all entries' full texts. */
  async waitFor(text: string | RegExp): Promise<string[]> {
    await this.widget.filter({ hasText: text }).waitFor();
    return this.widget.locator('.monaco-list-row').allInnerTexts();
  }

  /** All entries of the open list: each one's label without its icon, and what stands behind it, on one line. */
  async entries(): Promise<{ readonly label: string; readonly rest: string }[]> {
    // At once: what is measured meanwhile draws the list again.
    const rows = await this.page.evaluate<{ label: string; text: string }[]>('infillRig.quickRows()');
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    return rows.map(({ label, text }) => ({
      label: words(label),
      rest: words(text.trim().slice(words(label).length)),
    }));
  }

  /** Takes the entry of the open list with this label, with or without an icon. */
  async take(label: string): Promise<void> {
    await this.widget
      .locator('.monaco-list-row')
      .filter({ has: this.page.locator('.label-name').filter({ hasText: exactly(label) }) })
      .click();
  }

  /** The label of the focused entry, without its icon. */
  async focused(): Promise<string> {
    return (await this.widget.locator('.monaco-list-row.focused .label-name').first().innerText()).trim();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  private async labels(): Promise<string[]> {
    return this.widget.locator('.monaco-list-row .label-name').allTextContents();
  }
}

async function appears(locator: Locator): Promise<boolean> {
  try {
    await locator.waitFor({ timeout: ENTRY_WAIT_MS });
    return true;
  } catch {
    return false; // not there in time: the caller decides
  }
}

function exactly(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
