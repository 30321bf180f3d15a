import type * as vscode from 'vscode';
import { passesInWords } from '../../shared/passesInWords.js';
import { visibleLine } from '../../shared/visibleText.js';
import type { ListedNames, RequestLog, RequestRecord } from './requestLog.js';

/** Writes every request to the log: what was computed as information, what came to nothing while typing as a trace. */
export function logRequests(requests: RequestLog, log: vscode.LogOutputChannel): { dispose: () => void } {
  return requests.onAdd((record) => {
    const { trigger, file, outcome, reason, detail, source, candidates, ms, found, hosted } = record;
    const result =
      outcome === 'suggested'
        ? `${candidates} suggested${found === undefined ? '' : `, found in ${found.path}:${String(found.line)}`}`
        : nothing(reason, detail);
    const cost = [
      ...(hosted === undefined ? [source] : [`hosted at ${hosted}`]),
      ...workInWords(record),
      ...liveInWords(record),
      `${Math.round(ms)} ms`,
    ].join(', ');
    const text = visibleLine(`${trigger} in ${file}: ${result} (${cost})`);
    if (source === 'model') {
      log.info(text);
    } else {
      log.trace(text);
    }
  });
}

function nothing(reason: string | undefined, detail: string): string {
  const why = reason === undefined ? 'nothing' : `nothing (${reason})`;
  return detail === '' ? why : `${why}: ${detail}`;
}

function workInWords({ steps, passes, stoppedBy, names }: RequestRecord): string[] {
  const inPasses = passes === undefined ? '' : passesInWords(passes);
  return [
    ...(steps === undefined ? [] : [`${steps.used} of ${steps.requested} steps`]),
    ...(inPasses === '' ? [] : [`passes: ${inPasses}`]),
    ...(names === undefined ? [] : [namesInWords(names)]),
    ...(stoppedBy === undefined ? [] : [`stopped by the ${stoppedBy}`]),
  ];
}

function liveInWords({ live }: RequestRecord): string[] {
  if (live === undefined) {
    return [];
  }
  const { frames, endedBy } = live;
  return [`live: ${String(frames)} ${frames === 1 ? 'frame' : 'frames'}${endedBy === undefined ? '' : `, ${endedBy}`}`];
}

function namesInWords({ count, waitedMs, isLate }: ListedNames): string {
  const waited = `${Math.round(waitedMs)} ms`;
  return isLate ? `no names after ${waited}` : `${String(count)} names after ${waited}`;
}
