import { inspect } from 'node:util';
import * as vscode from 'vscode';
import { withoutPaths } from './withoutPaths.js';

/** The output channel of the extension. People paste what it says into reports, so it names no absolute path. */
export function openLog(): vscode.LogOutputChannel {
  const channel = vscode.window.createOutputChannel('Infill', { log: true });
  const clean = (value: unknown): string => withoutPaths(typeof value === 'string' ? value : inspect(value));
  const at =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') =>
    (message: unknown, ...others: unknown[]): void =>
      channel[level](clean(message), ...others.filter((other) => other !== '').map(clean));
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
