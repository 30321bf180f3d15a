import type * as vscode from 'vscode';
import type { NoneReason, RunReport } from '../../shared/outcome.js';
import { displayName } from '../editor/fileNames.js';
import type { RequestPlace } from '../log/requestPlace.js';
import { type RequestLog, workOf } from '../log/requestLog.js';

/** What a record needs of any outcome. */
type Recorded = { readonly report: RunReport } & (
  | { readonly kind: 'none'; readonly reason: NoneReason; readonly detail: string }
  | { readonly kind: 'infill' | 'denoised' }
);

export interface RecordedRun {
  readonly document: vscode.TextDocument;
  readonly trigger: 'denoise' | 'view' | 'holes';
  /** Absent for a selection. */
  readonly place?: RequestPlace;
  /** Denoising steps asked for. */
  readonly steps: number;
  readonly ms: number;
}

/** Adds a run that a person waited for to the latest requests. */
export function recordRun(
  requests: RequestLog,
  { document, trigger, steps, ms, place }: RecordedRun,
  outcome: Recorded,
): void {
  requests.add({
    time: Date.now(),
    file: displayName(document.uri),
    languageId: document.languageId,
    trigger,
    source: 'model',
    ms,
    ...(place === undefined ? {} : { place }),
    ...workOf(outcome.report, steps),
    ...(outcome.kind === 'none'
      ? { outcome: 'none', reason: outcome.reason, detail: outcome.detail, candidates: 0 }
      : { outcome: 'suggested', detail: '', candidates: 1 }),
  });
}
