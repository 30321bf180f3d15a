import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { adoptGroup, stopGroup } from './processGroup.js';
import { installReporter } from './reporter.js';
import { serverPaths } from './rigPaths.js';
import { readLogs, ServerOutput } from './serverOutput.js';

/** Left by a surrounding VS Code, test runner or container. */
const FOREIGN = /^(VSCODE_|CODE_SERVER_|ELECTRON_|NODE_OPTIONS$|NODE_TEST_CONTEXT$|PASSWORD$|HASHED_PASSWORD$|PORT$)/;

const QUIET_SETTINGS = {
  'chat.disableAIFeatures': true, // the built-in Copilot is a rival provider
  'editor.renderWhitespace': 'none', // visible dots would be read as text
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off', // as on the desktop; in a browser the default is on
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.restoreWindows': 'none',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Nobody is asked, and nothing is trusted. */
export const UNTRUSTED_SETTINGS = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
};

export interface ServerOptions {
  /** The workspace folder. */
  readonly folder: string;
  /** .vsix files to install first. */
  readonly vsix?: readonly string[];
  /** An extension folder to load without packing. Hides notifications, see below. */
  readonly extensionDevelopmentPath?: string;
  /** A module exporting run(), started inside the extension host. */
  readonly extensionTestsPath?: string;
  /** A file that is open from the start, with the cursor at a line and column (from 1). */
  readonly open?: { readonly file: string; readonly line: number; readonly column: number };
  /** How much the logs say; default `info`. */
  readonly logLevel?: 'info' | 'debug' | 'trace';
  /** The user's settings.json. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The workspace is not trusted; otherwise all are. */
  readonly untrusted?: boolean;
  /** The display language, for example `de`. Without a language pack the words of VS Code itself stay English. */
  readonly language?: string;
  /** Default: any free port. */
  readonly port?: number;
  /** For the start; default 60 s. */
  readonly timeoutMs?: number;
}

/** A real VS Code workbench, served on loopback from new, temporary folders. */
export class WorkbenchServer {
  private constructor(
    readonly home: string,
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly output: ServerOutput,
  ) {}

  static async start(options: ServerOptions): Promise<WorkbenchServer> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const home = mkdtempSync(path.join(os.tmpdir(), 'infill-rig-'));
    let child: ChildProcess | undefined;
    try {
      writeSettings(home, { ...(options.untrusted === true ? UNTRUSTED_SETTINGS : {}), ...options.settings });
      installReporter(home);
      if (options.language !== undefined) {
        writeLanguagePack(home, options.language);
      }
      for (const vsix of options.vsix ?? []) {
        await installVsix(home, path.resolve(vsix), timeoutMs);
      }
      child = spawnServer(home, serverArguments(options));
      const output = new ServerOutput(child);
      const [, port] = await output.waitFor(/listening on http:\/\/127\.0\.0\.1:(\d+)/, timeoutMs);
      return new WorkbenchServer(home, workbenchUrl(Number(port), options), child, output);
    } catch (error) {
      if (child) {
        await stopGroup(child);
      }
      removeFolder(home);
      throw error;
    }
  }

  /** The process group of the server and all it started has the same number. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The user's settings.json; VS Code notices changes of it by itself. */
  get settingsFile(): string {
    return settingsFile(this.home);
  }

  /** Output and all log files of server and extension host. */
  log(): string {
    return this.output.text + readLogs(path.join(this.home, 'data', 'logs'));
  }

  async dispose(): Promise<void> {
    await stopGroup(this.child);
    removeFolder(this.home);
  }
}

function serverArguments(options: ServerOptions): string[] {
  return [
    ...['--auth', 'none'],
    ...['--bind-addr', `127.0.0.1:${options.port ?? 0}`],
    '--disable-telemetry',
    '--disable-update-check',
    ...(options.untrusted === true ? [] : ['--disable-workspace-trust']),
    '--disable-getting-started-override',
    '--disable-file-downloads',
    ...(options.language === undefined ? [] : ['--locale', options.language]),
    ...(options.logLevel === undefined ? [] : ['--log', options.logLevel]),
    // Without the flag VS Code >= 1.134 ignores the development paths in the URL. It also hides notifications, so it is
    // set only when needed.
    ...(options.extensionDevelopmentPath === undefined ? [] : ['--vscode-option', 'enable-smoke-test-driver']),
  ];
}

function workbenchUrl(port: number, options: ServerOptions): string {
  const remote = (file: string): string => `vscode-remote://127.0.0.1:${port}${path.resolve(file)}`;
  const payload = [['skipWelcome', 'true']];
  if (options.extensionDevelopmentPath !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)]);
  }
  if (options.extensionTestsPath !== undefined) {
    payload.push(['extensionTestsPath', remote(options.extensionTestsPath)]);
  }
  if (options.open !== undefined) {
    const { file, line, column } = options.open;
    payload.push(['openFile', `${remote(file)}:${line}:${column}`], ['gotoLineMode', 'true']);
  }
  const query = new URLSearchParams({ folder: path.resolve(options.folder), payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function installVsix(home: string, vsix: string, timeoutMs: number): Promise<void> {
  const child = spawnServer(home, ['--install-extension', vsix, '--force']);
  const output = new ServerOutput(child);
  try {
    await output.waitFor(/successfully installed/, timeoutMs);
  } catch (error) {
    throw new Error(`${vsix} could not be installed.`, { cause: error });
  } finally {
    await ended(child, timeoutMs);
  }
}

async function ended(child: ChildProcess, timeoutMs: number): Promise<void> {
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const limit = setTimeout(() => void stopGroup(child), timeoutMs);
  if (child.exitCode === null && child.signalCode === null) {
    await exit;
  }
  clearTimeout(limit);
  await stopGroup(child);
}

function spawnServer(home: string, args: readonly string[]): ChildProcess {
  const { node, entry } = serverPaths();
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
  const folders = [
    ...['--config', path.join(home, 'config.yaml')],
    ...['--user-data-dir', path.join(home, 'data')],
    ...['--extensions-dir', path.join(home, 'extensions')],
  ];
  const child = spawn(node, [entry, ...folders, ...args], {
    cwd: home,
    env: {
      ...own,
      XDG_DATA_HOME: path.join(home, 'xdg-data'), // code-server keeps its own logs there
      XDG_RUNTIME_DIR: home, // sockets
      EXTENSIONS_GALLERY: '{}', // no extension gallery: no lookups
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own process group, so that the extension host ends with it
  });
  adoptGroup(child);
  return child;
}

function settingsFile(home: string): string {
  return path.join(home, 'data', 'User', 'settings.json');
}

function writeSettings(home: string, settings: Readonly<Record<string, unknown>>): void {
  mkdirSync(path.dirname(settingsFile(home)), { recursive: true });
  writeFileSync(settingsFile(home), JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2));
}

/** An empty pack of a language: VS Code takes no language that it has no pack of. */
function writeLanguagePack(home: string, language: string): void {
  const translations = path.join(home, 'main.i18n.json');
  writeFileSync(translations, JSON.stringify({ version: '1.0.0', contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `infill-rig.${language}` }, version: '1.0.0' }];
  const pack = { hash: `infill-rig-${language}`, label: language, extensions, translations: { vscode: translations } };
  writeFileSync(path.join(home, 'data', 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
