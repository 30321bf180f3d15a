import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { QuickInput } from './quickInput.js';
import { activeExtensions } from './reporter.js';
import { browserPath } from './rigPaths.js';
import { type ServerOptions, WorkbenchServer } from './server.js';

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // nothing but this machine can be reached from the page
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];
const POLL_MS = 50;

export interface WorkbenchOptions extends ServerOptions {
  /** Default 1280 x 800. */
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Functions to expose to the page before it loads, by name. */
  readonly expose?: Readonly<Record<string, (...args: never[]) => void>>;
}

export interface GhostPart {
  readonly kind: 'inline' | 'block';
  readonly text: string;
}

/** A real VS Code workbench in a headless browser, used as a person does. */
export class Workbench {
  readonly quickInput: QuickInput;

  private constructor(
    readonly page: Page,
    readonly server: WorkbenchServer,
    private readonly context: BrowserContext,
    private readonly folder: string,
    readonly timeoutMs: number,
  ) {
    this.quickInput = new QuickInput(page, timeoutMs);
  }

  /** `options.timeoutMs` limits the start and each helper; default 60 s. */
  static async start(options: WorkbenchOptions): Promise<Workbench> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const server = await WorkbenchServer.start(options);
    let context: BrowserContext | undefined;
    try {
      context = await chromium.launchPersistentContext(path.join(server.home, 'browser'), {
        executablePath: browserPath(),
        headless: true,
        args: CHROMIUM_FLAGS,
        viewport: options.viewport ?? { width: 1280, height: 800 },
        timeout: timeoutMs,
      });
      context.setDefaultTimeout(timeoutMs);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.addInitScript({ path: path.join(import.meta.dirname, 'page', 'infillRig.js') });
      for (const [name, action] of Object.entries(options.expose ?? {})) {
        await page.exposeFunction(name, action);
      }
      await page.goto(server.url);
      await page.waitForFunction('infillRig.isStarted()');
      return new Workbench(page, server, context, options.folder, timeoutMs);
    } catch (error) {
      await context?.close();
      await server.dispose();
      throw error;
    }
  }

  /** Opens the same folder in a second window, which stays until the end. */
  async openSecondWindow(): Promise<Page> {
    const page = await this.context.newPage();
    await page.addInitScript({ path: path.join(import.meta.dirname, 'page', 'infillRig.js') });
    await page.goto(this.server.url);
    await page.waitForFunction('infillRig.isStarted()');
    return page;
  }

  /** Waits until an extension is active; does not activate it. */
  async waitForExtension(id: string): Promise<void> {
    await this.until(`extension ${id} is active`, () => activeExtensions(this.server.home).includes(id.toLowerCase()));
  }

  /** Opens a file, at a line and column (from 1) if given, and waits until its editor has the focus. */
  async openFile(file: string, place?: { readonly line: number; readonly column?: number }): Promise<void> {
    const name = path.basename(file);
    const at = place ? `:${place.line}:${place.column ?? 1}` : '';
    await this.quickInput.choose('Control+p', path.resolve(this.folder, file) + at, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  }

  /** Runs a command by its full title in the command palette, for example "File: Save". */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.choose('F1', `>${title}`, title);
  }

  /** Saves the active editor once its change has arrived; afterwards it is on disk. */
  async saveFile(): Promise<void> {
    await this.page.locator('.tab.active.dirty').waitFor();
    await this.page.keyboard.press('Control+s');
    await this.page.locator('.tab.active:not(.dirty)').waitFor();
  }

  /** The visible ghost text; its parts joined by line breaks. '' when none is visible. */
  async ghostText(): Promise<string> {
    return this.page.evaluate<string>('infillRig.ghostText()');
  }

  /** What is written in the visible lines of the editor with the focus, without ghost text; '' where none has it. */
  async writtenText(): Promise<string> {
    return this.page.evaluate<string>('infillRig.writtenText()');
  }

  /** The visible ghost text as parts, top to bottom. */
  async ghostParts(): Promise<readonly GhostPart[]> {
    return this.page.evaluate<GhostPart[]>('infillRig.ghostParts()');
  }

  /**
   * Waits until ghost text is visible, none of `others`, and has stayed the same for a moment: the lines below the cursor's are
   * drawn after it.
   */
  async waitForGhostText(others: readonly string[] = []): Promise<string> {
    const seen = await this.ghostTextWithin(this.timeoutMs, others);
    if (seen === '') {
      const last = await this.ghostText();
      throw new Error(`After ${this.timeoutMs} ms there is no ghost text that was not seen before: ${last}`);
    }
    return seen;
  }

  /** As waitForGhostText, but gives '' where none comes in time. */
  async ghostTextWithin(limitMs: number, others: readonly string[] = []): Promise<string> {
    let before = '';
    for (const deadline = Date.now() + limitMs; Date.now() < deadline;) {
      const seen = await this.ghostText();
      if (seen !== '' && seen === before && !others.includes(seen)) {
        return seen;
      }
      before = seen;
      await sleep(POLL_MS);
    }
    return '';
  }

  /** Waits until the ghost text is `wanted`; says what is shown otherwise. */
  async untilGhostText(what: string, wanted: string): Promise<void> {
    let seen = '';
    await this.until(
      what,
      async () => (seen = await this.ghostText()) === wanted,
      () => `${JSON.stringify(seen)} is shown, ${JSON.stringify(wanted)} is wanted.`,
    );
  }

  /** Reads the ghost text in every animation frame while `action` runs: the changes, beginning with the first text. */
  async recordGhostText(
    action: () => Promise<void>,
  ): Promise<readonly { readonly ms: number; readonly text: string }[]> {
    await this.page.evaluate('infillRig.startRecording()');
    await action();
    return this.page.evaluate('infillRig.stopRecording()');
  }

  /** Waits until a condition holds; says `what` did not come true otherwise, and what `told` tells then. */
  async until(what: string, condition: () => boolean | Promise<boolean>, told = (): string => ''): Promise<void> {
    for (const deadline = Date.now() + this.timeoutMs; !(await condition());) {
      if (Date.now() > deadline) {
        throw new Error(`After ${this.timeoutMs} ms it is still not so that ${what}. ${told()}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** What Infill has written to its log. */
  infillLog(): string {
    return /--- [^\n]*Infill\.log\n([^]*?)(\n---|$)/.exec(this.server.log())?.[1] ?? '';
  }

  async dispose(): Promise<void> {
    await this.context.close();
    await this.server.dispose();
  }
}
