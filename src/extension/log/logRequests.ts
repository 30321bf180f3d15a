import type * as vscode from 'vscode';
import { visibleLine } from '../../shared/visibleText.js';
import type { RequestLog } from './requestLog.js';

/** Writes every request to the log: what was computed as information, what came to nothing while typing as a trace. */
export function logRequests(requests: RequestLog, log: vscode.LogOutputChannel): { dispose: () => void } {
  return requests.onAdd((record) => {
    const { trigger, file, outcome, reason, detail, source, candidates, steps, ms } = record;
    const result = outcome === 'suggested' ? `${candidates} suggested` : `nothing: ${reason ?? ''} ${detail}`.trim();
    const cost = steps === undefined ? '' : `, ${steps.used} of ${steps.requested} steps`;
    const text = visibleLine(`${trigger} in ${file}: ${result} (${source}${cost}, ${Math.round(ms)} ms)`);
    if (source === 'model') {
      log.info(text);
    } else {
      log.trace(text);
    }
  });
}
