import * as vscode from 'vscode';
import { logRequests } from './logRequests.js';
import { rememberSpeed, type RememberSpeedParts } from './rememberSpeed.js';
import type { RequestLog } from './requestLog.js';

/** What is written down of each request: in the log, and how fast the model is here. */
export function followRequests(
  requests: RequestLog,
  log: vscode.LogOutputChannel,
  parts: Omit<RememberSpeedParts, 'log' | 'record'>,
): { dispose: () => void } {
  return vscode.Disposable.from(
    logRequests(requests, log),
    rememberSpeed(requests, { ...parts, log: (text) => log.warn(text) }),
  );
}
