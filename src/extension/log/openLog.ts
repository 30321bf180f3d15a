import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { withoutPaths } from './withoutPaths.js';

/** VS Code's numbers of what is written from which level on, 0 for nothing. What is not written is not worth cleaning, with every key. */
const LEVELS = { trace: 1, debug: 2, info: 3, warn: 4, error: 5 } as const;

/** The output channel of the extension. People paste what it says into reports, so it names no absolute path. */
export function openLog(): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel('Infill', { log: true });
  const clean = (value: unknown): string => withoutPaths(typeof value === 'string' ? value : inspect(value));
  const at =
    (level: keyof typeof LEVELS) =>
    (message: unknown, ...others: unknown[]): void => {
      const least: number = channel.logLevel;
      if (least > 0 && least <= LEVELS[level]) {
        channel[level](clean(message), ...others.filter((other) => other !== '').map(clean));
      }
    };
  return {
    name: channel.name,
    get logLevel() {
      return channel.logLevel;
    },
    onDidChangeLogLevel: channel.onDidChangeLogLevel,
    append: (value) => channel.append(clean(value)),
    appendLine: (value) => channel.appendLine(clean(value)),
    replace: (value) => channel.replace(clean(value)),
    clear: () => channel.clear(),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the interface wants it, only its overload with a column is deprecated
    show: () => channel.show(),
    hide: () => channel.hide(),
    dispose: () => channel.dispose(),
    trace: at('trace'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
