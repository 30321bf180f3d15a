import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { CanvasPosition } from '../../src/shared/outcome.js';
import type { FromView, ToView } from '../../src/view/viewMessages.js';
import { browserPath } from './rig/rigPaths.js';

const ORIGIN = 'http://127.0.0.1:9';
const NONCE = 'a1b2c3';
/** As strict as that of the extension. */
const POLICY = `default-src 'none'; style-src ${ORIGIN}; script-src 'nonce-${NONCE}'`;
const HTML = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>view</title>
<link rel="stylesheet" href="/media/denoiseView.css"></head>
<body class="vscode-light"><script nonce="${NONCE}" src="/dist/denoiseView.js"></script></body></html>`;

/** What the page needs of VS Code. What is kept lives as long as the tab. */
const HOST = `
window.posts = [];
window.acquireVsCodeApi = () => ({
  postMessage: (message) => window.posts.push(message),
  getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
  setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
});`;

const LIGHT = {
  'editor-background': '#ffffff',
  'editor-foreground': '#3b3b3b',
  'editor-font-family': '"DejaVu Sans Mono", monospace',
  'editor-font-size': '14px',
  'font-family': '"DejaVu Sans", sans-serif',
  'font-size': '13px',
  foreground: '#3b3b3b',
  descriptionForeground: '#717171',
  'button-background': '#005fb8',
  'button-foreground': '#ffffff',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  focusBorder: '#005fb8',
  'panel-border': '#e5e5e5',
  'editor-selectionBackground': '#add6ff',
  'input-background': '#ffffff',
  'input-foreground': '#3b3b3b',
  'input-border': '#cecece',
  'list-hoverBackground': '#f2f2f2',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000000',
  'editorSuggestWidget-background': '#f8f8f8',
  'editorSuggestWidget-border': '#c8c8c8',
};
const HIGH_CONTRAST = {
  ...LIGHT,
  'editor-background': '#000000',
  'editor-foreground': '#ffffff',
  foreground: '#ffffff',
  'button-background': '#000000',
  'button-border': '#6fc3df',
  'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  focusBorder: '#f38518',
  'editor-selectionBackground': '#ffffff',
  'editor-selectionForeground': '#000000',
  'input-background': '#000000',
  'input-foreground': '#ffffff',
  'input-border': '#6fc3df',
  'editorSuggestWidget-background': '#000000',
  'editorSuggestWidget-border': '#6fc3df',
  'editorSuggestWidget-selectedForeground': '#ffffff',
  'editorSuggestWidget-selectedBackground': '#000000',
  'inputValidation-warningBackground': '#000000',
};

/** The denoise view alone in a browser; the test is the extension. */
export class DenoisePage {
  /** What the policy refused, and errors of the page. */
  readonly problems: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly browser: Browser,
  ) {
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(error.message));
  }

  /** @param extension folder that holds dist and media */
  static async start(extension: string, width = 900): Promise<DenoisePage> {
    const browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage({ viewport: { width, height: 620 } });
    await page.addInitScript(HOST);
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/') {
        await route.fulfill({ body: HTML, contentType: 'text/html', headers: { 'content-security-policy': POLICY } });
      } else {
        const isScript = pathname.endsWith('.js');
        const body = readFileSync(path.join(extension, pathname), 'utf8');
        await route.fulfill({ body, contentType: isScript ? 'text/javascript' : 'text/css' });
      }
    });
    const own = new DenoisePage(page, browser);
    await page.goto(`${ORIGIN}/`);
    await own.dress('light');
    return own;
  }

  async dress(theme: 'light' | 'high-contrast'): Promise<void> {
    const variables = JSON.stringify(theme === 'light' ? LIGHT : HIGH_CONTRAST);
    await this.page.evaluate(`
      for (const [key, value] of Object.entries(${variables})) {
        document.documentElement.style.setProperty('--vscode-' + key, value);
      }
      document.body.className = 'vscode-${theme}';`);
  }

  async tell(...messages: readonly ToView[]): Promise<void> {
    for (const message of messages) await this.page.evaluate(`window.postMessage(${JSON.stringify(message)})`);
    await this.page.evaluate('new Promise((resolve) => setTimeout(resolve, 30))');
  }

  /** What the view has said since the last time. */
  async posts(): Promise<readonly FromView[]> {
    return this.page.evaluate('window.posts.splice(0)');
  }

  /** The text as it is drawn, token by token; masked ones in brackets. */
  async tokens(): Promise<readonly string[]> {
    return this.page.evaluate(
      `[...document.querySelectorAll('.tokens .token:not(.end)')].map(({ className, textContent }) =>
        className.includes('masked') ? '[' + textContent + ']' : textContent)`,
    );
  }

  /** What is said of each token to those who do not see it; of the end as well. */
  async labels(): Promise<readonly string[]> {
    return this.page.evaluate("[...document.querySelectorAll('.tokens .token')].map((each) => each.ariaLabel)");
  }

  async dispose(): Promise<void> {
    await this.browser.close();
  }
}

/** A position of a canvas, settled by a step; without an id it is masked. */
export function positionOf(group: number, known: Partial<CanvasPosition>): CanvasPosition {
  const masked = { id: null, text: '', confidence: 0, step: null, source: null, isPinned: false } as const;
  return { ...masked, ...known, group };
}
