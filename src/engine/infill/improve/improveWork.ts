import type { Span, TextContext } from '../../../shared/infillRequest.js';
import type { ModelEncoder } from '../../contract/model.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';

/** Text before and behind a stretch, with `\n`. */
export interface AroundSection {
  readonly before: string;
  readonly after: string;
}

/** A stretch of a selection between what stands around it. Line ends are `\n`. */
export interface Section extends AroundSection {
  /** Everything before it, as far as it was sent and as it is proposed; `before` is what is read of it. */
  readonly earlier: string;
  readonly text: string;
  /** Spans of `text` that stay as they are. */
  readonly pinned: readonly Span[];
  /** Whether a change ends where it begins: another one there could not be made by itself. */
  readonly followsChange: boolean;
  /** In later rounds: where former ones changed it. Only what is near is tried again. */
  readonly changedAt: readonly Span[] | undefined;
}

/** What the work on a selection's sections needs to know of the whole. */
export interface ImproveWork {
  /** The document around the selection. */
  readonly context: TextContext;
  /** Ids of the lines behind the selection, which every section is read after. */
  readonly preamble: readonly number[];
  /** Share of the tokens that may change, (0, 1]. */
  readonly strength: number;
  /** Hidden characters of the user's own text, which may come again. */
  readonly ownHidden: ReadonlySet<string>;
  readonly encoder: ModelEncoder;
  readonly decoding: Decoding;
  readonly pipeline: Pipeline;
  readonly record: RunRecord;
  /** Told how many places of a section are worked on, and which is next, from 0. */
  readonly atPlace: (index: number, count: number) => void;
}
