import type * as vscode from 'vscode';
import { displayName } from '../editor/fileNames.js';
import { type LiveFrames, type RequestLog, type RequestTrigger, workOf } from '../log/requestLog.js';
import type { RequestPlace } from '../log/requestPlace.js';
import type { Settings } from '../settings/settings.js';
import type { SuggestAnswer } from './suggester.js';

/** Where and by whom something was asked. */
export interface AskedFor {
  readonly document: vscode.TextDocument;
  readonly trigger: RequestTrigger;
  readonly place: RequestPlace;
}

/** What the log keeps of an answer that took so many milliseconds and is known now. */
export function answerRecord(
  { document, trigger, place }: AskedFor,
  settings: Settings,
  answer: SuggestAnswer,
  ms: number,
  live?: LiveFrames,
): Parameters<RequestLog['add']>[0] {
  const { report, names } = answer;
  return {
    time: Date.now(),
    file: displayName(document.uri),
    languageId: document.languageId,
    trigger,
    place,
    source: answer.source,
    ms,
    ...(live === undefined ? {} : { live }),
    ...(report === undefined ? {} : workOf(report, settings.steps)),
    ...(names === undefined ? {} : { names }),
    ...(answer.kind === 'none'
      ? { outcome: 'none', reason: answer.reason, detail: answer.detail, candidates: 0 }
      : { outcome: 'suggested', detail: '', candidates: answer.suggestions.length }),
    ...(answer.kind === 'suggestions' && answer.confidence !== undefined && report?.hosted === undefined
      ? { confidence: answer.confidence }
      : {}),
    ...(answer.kind === 'suggestions' && answer.found !== undefined ? { found: answer.found } : {}),
  };
}
