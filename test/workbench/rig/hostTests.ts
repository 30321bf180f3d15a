import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { UNTRUSTED_SETTINGS } from './server.js';
import { Workbench } from './workbench.js';

export interface HostTestOptions {
  /** The unpacked extension. */
  readonly extensionDevelopmentPath: string;
  /** A CommonJS file exporting run(report), see ../inHost/index.ts. */
  readonly testsFile: string;
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The workspace is not trusted. */
  readonly untrusted?: boolean;
  /** In the rig; a desktop VS Code is limited by the test runner. */
  readonly timeoutMs: number;
}

/** What one test inside the extension host came to. */
export interface HostTestResult {
  readonly name: string;
  /** Undefined: passed. */
  readonly error?: string;
  /** Measurements and remarks. */
  readonly notes: readonly string[];
}

export interface HostTestRun {
  readonly results: readonly HostTestResult[];
  /** Undefined when run() came to its end; otherwise why not. */
  readonly broken?: string;
  /** Everything the workbench logged. */
  readonly log: string;
}

/** Runs tests inside the extension host of the rig's workbench. */
export async function runInRig(options: HostTestOptions): Promise<HostTestRun> {
  const report = new HostReport(options.testsFile);
  const log: string[] = [];
  let reportExit = (_code: number): void => {};
  const exited = new Promise<string>((resolve) => {
    reportExit = (code) => resolve(`The extension host ended with ${code} before the tests did.`);
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`The tests did not finish in ${options.timeoutMs} ms.`), options.timeoutMs);
  });
  let workbench: Workbench | undefined;
  try {
    workbench = await Workbench.start({
      folder: options.folder,
      extensionDevelopmentPath: options.extensionDevelopmentPath,
      extensionTestsPath: report.folder,
      settings: options.settings ?? {},
      untrusted: options.untrusted ?? false,
      expose: {
        // VS Code calls these two when it runs tests in a browser.
        codeAutomationLog: (type: string, args: unknown[]) => log.push(`${type}: ${args.map(String).join(' ')}`),
        codeAutomationExit: (code: number) => reportExit(code),
      },
    });
    const why = await Promise.race([exited, late]);
    return { ...report.read(why), log: `${log.join('\n')}\n${workbench.server.log()}` };
  } finally {
    clearTimeout(timer);
    await workbench?.dispose();
    report.dispose();
  }
}

/** Runs the same tests inside a desktop VS Code, which is downloaded where it is not there yet. */
export async function runInElectron(options: HostTestOptions): Promise<HostTestRun> {
  const { runTests } = await import('@vscode/test-electron');
  const report = new HostReport(options.testsFile);
  const home = mkdtempSync(path.join(os.tmpdir(), 'infill-electron-'));
  try {
    const user = path.join(home, 'User');
    const settings = path.join(user, 'settings.json');
    mkdirSync(user, { recursive: true });
    const { untrusted = false } = options;
    writeFileSync(settings, JSON.stringify({ ...(untrusted ? UNTRUSTED_SETTINGS : {}), ...options.settings }));
    const why = await runTests({
      version: process.env['INFILL_VSCODE_VERSION'] ?? 'stable',
      extensionDevelopmentPath: options.extensionDevelopmentPath,
      extensionTestsPath: report.folder,
      launchArgs: [
        ...[options.folder, '--disable-extensions', '--user-data-dir', home],
        ...(untrusted ? [] : ['--disable-workspace-trust']),
      ],
    }).then(
      () => 'VS Code ended before the tests did.',
      (error: unknown) => String(error),
    );
    return { ...report.read(why), log: '' };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    report.dispose();
  }
}

/**
 * The module VS Code starts, and the file the results come back in. A file, because VS Code reports exit code 0 also when
 * the extension host crashes, and mixes what tests print with its own log.
 */
class HostReport {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'infill-host-tests-'));
  private readonly file = path.join(this.folder, 'results.jsonl');

  constructor(testsFile: string) {
    const tests = JSON.stringify(path.resolve(testsFile));
    const source = `exports.run = () => require(${tests}).run(${JSON.stringify(this.file)});\n`;
    writeFileSync(path.join(this.folder, 'package.json'), '{"type":"commonjs"}');
    writeFileSync(path.join(this.folder, 'index.js'), source);
    writeFileSync(this.file, '');
  }

  read(whyUnfinished: string): Pick<HostTestRun, 'results' | 'broken'> {
    const lines = readFileSync(this.file, 'utf8').split('\n').filter(Boolean);
    const entries = lines.map((line) => JSON.parse(line) as HostTestResult | { readonly finished: true });
    const results = entries.filter((entry) => 'name' in entry);
    const finished = entries.some((entry) => 'finished' in entry);
    return finished ? { results } : { results, broken: whyUnfinished };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
