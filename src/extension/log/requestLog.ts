import type { FoundSource, NoneReason, Passes, RunReport } from '../../shared/outcome.js';
import type { RequestPlace } from './requestPlace.js';

/** `ahead`: nobody had asked yet. `view`: a run of the denoise view. `holes`: one of the cursors that were filled together. */
export type RequestTrigger = 'automatic' | 'manual' | 'denoise' | 'view' | 'holes' | 'ahead';

/** One request and what became of it. Holds no text of the document. */
export interface RequestRecord {
  /** Milliseconds since 1970, when the answer was known. */
  readonly time: number;
  /** Path as shown to a person, relative to the workspace where possible. */
  readonly file: string;
  readonly languageId: string;
  readonly trigger: RequestTrigger;
  readonly outcome: 'suggested' | 'none';
  /** Where the answer came from; `editor`: no request was needed to know that there is none. */
  readonly source: 'model' | 'cache' | 'editor';
  readonly reason?: NoneReason;
  /** In plain words, '' where the reason says it all. */
  readonly detail: string;
  /** Where the cursor was when it was asked; absent for a selection. */
  readonly place?: RequestPlace;
  readonly ms: number;
  readonly candidates: number;
  /** Denoising steps asked for and used; absent if nothing was computed. */
  readonly steps?: { readonly requested: number; readonly used: number };
  /** Passes of all candidates; absent if nothing was computed. */
  readonly passes?: Passes;
  /** What ended it before its last step, though there was something left to do; absent = nothing did. */
  readonly stoppedBy?: NonNullable<RunReport['stoppedBy']>;
  /** Names that the editor offered, and the milliseconds that its list was waited for; absent where it was not asked. */
  readonly names?: ListedNames;
  readonly confidence?: number;
  /** The host of the hosted model that was asked; absent = none was. */
  readonly hosted?: string;
  /** Where in the project the first suggestion was found; absent where the model wrote it. */
  readonly found?: FoundSource;
  /** What was shown of it while it was under way; absent where that was nothing. */
  readonly live?: LiveFrames;
  /** Equal automatic requests without a result that followed each other, for example while typing, count as one record. */
  readonly times: number;
}

/** How often a text was shown anew until the answer was there, which counts too where it differs from the last draft. */
export interface LiveFrames {
  readonly frames: number;
  /** What ended the request before its answer came: a draft was accepted, or nobody looked at it any more. Absent = nothing did. */
  readonly endedBy?: 'accepted' | 'moved' | 'hidden' | 'replaced' | 'withdrawn';
}

/** Names of the editor's completion list in a request. */
export interface ListedNames {
  readonly count: number;
  /** Milliseconds that the request waited for them. */
  readonly waitedMs: number;
  /** Whether the list was not there in time. */
  readonly isLate: boolean;
}

/** What a record says of a run. */
export function workOf(
  { stepsUsed, passes, stoppedBy, hosted }: RunReport,
  requested: number,
): Pick<RequestRecord, 'steps' | 'passes' | 'stoppedBy' | 'hosted'> {
  if (hosted !== undefined) {
    return { hosted };
  }
  return { steps: { requested, used: stepsUsed }, passes, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

/** The latest requests, oldest first. */
export class RequestLog {
  private list: RequestRecord[] = [];
  private readonly listeners = new Set<(record: RequestRecord) => void>();

  constructor(private readonly capacity = 50) {}

  get records(): readonly RequestRecord[] {
    return this.list;
  }

  add(record: Omit<RequestRecord, 'times'>): void {
    const previous = this.list.at(-1);
    const merged = { ...record, times: 1 };
    if (previous !== undefined && isRepetition(previous, record)) {
      merged.times = previous.times + 1;
      this.list = [...this.list.slice(0, -1), merged];
    } else {
      this.list = [...this.list.slice(1 - this.capacity), merged];
    }
    for (const listener of this.listeners) {
      listener(merged);
    }
  }

  onAdd(listener: (record: RequestRecord) => void): { dispose: () => void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }
}

function isRepetition(previous: RequestRecord, next: Omit<RequestRecord, 'times'>): boolean {
  return (
    next.trigger === 'automatic' &&
    next.outcome === 'none' &&
    previous.trigger === next.trigger &&
    previous.outcome === next.outcome &&
    previous.file === next.file &&
    previous.reason === next.reason &&
    previous.detail === next.detail
  );
}
