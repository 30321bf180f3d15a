import type { Span } from './infillRequest.js';
import type { FoundSource } from './projectDocument.js';

export type { FoundSource } from './projectDocument.js';

/** A request ends in a text or in the reason why there is none. Exceptions are for bugs and broken installs. */
export type InfillOutcome =
  | { readonly kind: 'infill'; readonly candidates: readonly Candidate[]; readonly report: RunReport }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      /** A text that may be shown all the same to somebody who asked for one; absent where showing one would make no sense. */
      readonly doubtful?: Candidate;
      readonly report: RunReport;
    };

/**
 * A canvas that was denoised: as a fill's outcome, with the canvas as it stands; or what could stand at one position; or the canvas with
 * how likely each token is.
 */
export type CanvasOutcome =
  | (InfillOutcome & { readonly canvas: readonly CanvasPosition[] })
  | {
      readonly kind: 'alternatives';
      readonly position: number;
      /** The likeliest first, given all else on the canvas. */
      readonly alternatives: readonly CanvasAlternative[];
      readonly canvas: readonly CanvasPosition[];
      readonly report: RunReport;
    }
  /** The confidence of a token is the probability, 0..1, that it has now; where the model says nothing of it, the one that it came with. */
  | { readonly kind: 'scores'; readonly canvas: readonly CanvasPosition[]; readonly report: RunReport };

/** A token that could stand at a position. */
export interface CanvasAlternative {
  readonly id: number;
  /** What it says alone; '' for `<eom>`. Bytes that are no text by themselves are U+FFFD. */
  readonly text: string;
  /** 0..1, after all rules. */
  readonly probability: number;
  /** Whether the text would end there; absent = it would not. */
  readonly isEnd?: true;
}

/** What is known of one position of a canvas. */
export interface CanvasPosition {
  /** Null where it is masked. */
  readonly id: number | null;
  /**
   * What of the text it says; what only repeats the end of the prefix is left out. A character that several tokens spell stands with the
   * last of them, and the others are ''; so is `<eom>`.
   */
  readonly text: string;
  /** The first position of those that spell whole characters together: of most tokens their own. */
  readonly group: number;
  /** Probability, 0..1, when it was settled; 0 where it is masked. */
  readonly confidence: number;
  /** The step (from 0) that settled it; null where it is masked or was given. */
  readonly step: number | null;
  /** Who settled it; null where it is masked. */
  readonly source: CanvasSource | null;
  /** Where a found text is from; absent where it is none. */
  readonly from?: FoundSource;
  readonly isPinned: boolean;
  /** Whether the text ended before this position; absent = it did not. */
  readonly isEnd?: true;
  /** Where it is masked, what was last thought likeliest there; absent where nothing was predicted yet. */
  readonly draft?: { readonly id: number; readonly text: string; readonly confidence: number };
}

export const CANVAS_SOURCES = [
  'denoiser', // predicted from both sides
  'encoder', // read on from what stands before it
  'found', // stood in the project or among the last edits, see `from`
  'given', // came with the request
  'demanded', // a condition of the request put it there
] as const;
export type CanvasSource = (typeof CANVAS_SOURCES)[number];

export type DenoiseOutcome =
  | {
      readonly kind: 'denoised';
      /** The selection with all of `changes`. */
      readonly text: string;
      /** At least one; ascending, and none touches another. Any subset of them may be made. */
      readonly changes: readonly DenoisedChange[];
      /** What was tried and is not proposed. */
      readonly refused: readonly RefusedChange[];
      readonly tokens: readonly DenoisedToken[];
      readonly report: RunReport;
    }
  | {
      readonly kind: 'none';
      readonly reason: NoneReason;
      readonly detail: string;
      /** What was tried; absent where nothing was. */
      readonly refused?: readonly RefusedChange[];
      readonly report: RunReport;
    };

/** A part of a selection that could be written anew. */
export interface DenoisedChange {
  /** What it replaces, as offsets into the selection; empty where something is put in. */
  readonly span: Span;
  readonly before: string;
  /** What is to stand there instead, with the document's line ends; empty where something is taken out. */
  readonly text: string;
  /**
   * Log-probability (nats) of what stood there, and of `text`, each with the text behind it, after all that stands before it. Absent
   * where the model has nothing that reads.
   */
  readonly logProbs?: { readonly before: number; readonly text: number };
  /** The estimated probability, 0..1, that the change is for the better; absent where the model is not calibrated for that. */
  readonly confidence?: number;
  /** With a trace: what the confidence was calculated from. */
  readonly features?: Readonly<Record<string, number>>;
}

/** A change that is not proposed. */
export interface RefusedChange extends DenoisedChange {
  readonly why: RefusedReason;
}

export const REFUSED_REASONS = [
  'not-likelier', // or not by enough
  'structure', // brackets, quotes, line breaks or the indentation would not fit any more
  'foreign-text', // hidden characters, or half of one
] as const;
export type RefusedReason = (typeof REFUSED_REASONS)[number];

/** One text for the hole, the likeliest as a whole. `candidates[0]` of an outcome is the best. */
export interface Candidate {
  /** Exactly what is to be inserted at the cursor. */
  readonly text: string;
  /**
   * The estimated probability, 0..1, that the text is right as far as it goes. Where the model is not calibrated it is the geometric
   * mean of the tokens' probabilities, which is too high.
   */
  readonly confidence: number;
  /**
   * The keys that showing the text is expected to save, less what a look costs; negative where people are better off without it. Absent
   * where the model does not say what a look costs.
   */
  readonly worth?: number;
  /**
   * What is worth showing to somebody who did not ask: a start of the text that is surer than all of it, as a rule. Absent where that is
   * the text itself, or where the model does not say what a look costs.
   */
  readonly unasked?: UnaskedText;
  /** Where it was found; absent where the model wrote it. */
  readonly source?: FoundSource;
  readonly tokens: readonly CandidateToken[];
  readonly stepsUsed: number;
  /** With a trace, and where the model says what a look costs: the texts among which the unasked one was chosen, itself among them. */
  readonly considered?: readonly ConsideredText[];
}

/** A text that was found, and what spoke for it; numbers as a calibration takes them. */
export interface FoundTrace {
  readonly text: string;
  readonly from: FoundSource;
  readonly confidence: number;
  readonly features: Readonly<Record<string, number>>;
}

/** As in `Candidate`. */
export interface UnaskedText {
  readonly text: string;
  readonly confidence: number;
  readonly worth: number;
  /** As in `Candidate`, whatever that one's is. */
  readonly source?: FoundSource;
}

/** A text that could have been suggested, and what its confidence was calculated from. */
export interface ConsideredText {
  readonly text: string;
  readonly confidence: number;
  /** Log-probability of its tokens together, nats. */
  readonly logJoint: number;
  /** Of all ends that were compared, the share of those that are no nearer, 0..1; absent where none were. */
  readonly share?: number;
}

export interface CandidateToken {
  readonly text: string;
  /** Probability the model gave this token when it was committed, 0..1. */
  readonly confidence: number;
  /** The step (from 0) that committed it. */
  readonly step: number;
}

export interface DenoisedToken {
  /** Where this token stands in the new text. */
  readonly span: Span;
  readonly text: string;
  readonly changed: boolean;
  readonly pinned: boolean;
  readonly confidence: number;
}

/** What a pass of a network is for. */
export const PASS_KINDS = [
  'context', // text that was typed, or committed, is read; the blocks of one reading count together
  'denoise', // the positions of a canvas are predicted from both sides
  'verify', // committed and proposed tokens are read, which decides the next ones
  'rank', // texts are compared by how likely they are: where a middle ends, what of a selection is denoised
  'length', // canvases of several lengths are compared
] as const;
export type PassKind = (typeof PASS_KINDS)[number];

export interface PassCount {
  readonly count: number;
  /** Milliseconds that they took together. */
  readonly ms: number;
}

/** Passes by what they are for. */
export type Passes = Readonly<Record<PassKind, PassCount>>;

export interface RunReport {
  /** Steps of the first candidate: passes that settled something on its canvas. */
  readonly stepsUsed: number;
  /** Of all candidates. */
  readonly passes: Passes;
  /** Why fewer steps were taken than were asked for, though there was something left to do; absent = that did not happen. */
  readonly stoppedBy?: 'deadline';
  readonly canvasSize: number;
  readonly ms: PhaseTimes;
  /** The host of the hosted model that wrote it, which says nothing of steps nor of how sure it is; absent = another one wrote it. */
  readonly hosted?: string;
  /** Context tokens that had to be encoded, and those reused from the cache. */
  readonly encodedTokens: number;
  readonly reusedTokens: number;
  readonly trace?: readonly StepTrace[];
  /** With a trace, and where texts of the project were compared: all of them. */
  readonly found?: readonly FoundTrace[];
}

/** Milliseconds of each phase; `steps` has one entry for each step. */
export interface PhaseTimes {
  readonly tokenize: number;
  readonly context: number;
  readonly steps: readonly number[];
  readonly postprocess: number;
  readonly total: number;
}

/** What one step did to candidate 0. */
export interface StepTrace {
  readonly step: number;
  /** The pass that the step took. */
  readonly kind: 'denoise' | 'verify';
  /** A selection longer than a canvas is denoised part by part, each with its own steps: which part (from 0), and of how many. */
  readonly part?: { readonly index: number; readonly count: number };
  /** Milliseconds this step took, where it was measured. */
  readonly ms?: number;
  /** Tokens committed in this step: canvas position (from 0, counted from the canvas's first position at the start), id, text, probability. */
  readonly commits: readonly {
    readonly position: number;
    readonly id: number;
    readonly text: string;
    readonly confidence: number;
  }[];
  /**
   * The whole canvas after the step; masked positions are null, `<eom>` is ''. A character spelled by several tokens stands with the
   * last of them, once all of them are known; until then, and at the others, there is ''. Commits have the same texts.
   */
  readonly canvas: readonly (string | null)[];
  /**
   * The whole draft after the step, as which the run could be stopped: the canvas, with what was last thought likeliest at each masked
   * position, up to the first `<eom>`; null where nothing was predicted yet.
   */
  readonly draft: readonly (string | null)[];
  /** Where it was asked for, what is known of every position of the whole canvas. */
  readonly positions?: readonly CanvasPosition[];
  /** What could be suggested if the run ended here; absent where nothing could, or where it was not asked for. */
  readonly shown?: ShownDraft;
}

/** What could be suggested if a run ended after a step. */
export interface ShownDraft extends Pick<Candidate, 'text' | 'confidence' | 'worth' | 'unasked' | 'source'> {
  /** Whether the text comes to its end; otherwise it breaks off where the model is not sure yet. */
  readonly isWhole: boolean;
}

/** Why nothing is suggested. The extension adds the editor's own reasons. */
export const NONE_REASONS = [
  'disabled', // switched off, everywhere or for this language
  'not-asked', // nothing comes by itself: only when asked, snoozed, on battery
  'excluded-file', // matches a pattern of excluded files
  'foreign-view', // a view that may show text of any file: output, search results, patches, earlier versions
  'selection', // automatic trigger with a non-empty selection
  'suggest-widget', // an IntelliSense item is selected that the suggestion does not continue
  'not-drawn', // the cursor's line goes on beyond what the editor draws of one
  'unlikely-entry', // an IntelliSense entry is selected that nobody chose, and the model would write something else
  'unsuitable-position', // for example in the middle of a word, or an empty document
  'cancelled', // the editor withdrew the request
  'superseded', // a newer request came first
  'not-ready', // the model is still loading
  'empty', // the model says that nothing is missing here, or only blanks
  'low-confidence',
  'not-worth', // it would save too little for a look at it
  'only-opens', // on an empty line, a text that only opens something: a quote, a bracket, a list mark, a keyword
  'repetition', // the text repeats itself or the lines around it
  'already-there', // the text equals what follows the cursor
  'not-likelier', // nothing that was tried is likelier than what stands there
  'out-of-scope', // what remains after cutting at the enclosing block is nothing
  'error', // see detail
] as const;
export type NoneReason = (typeof NONE_REASONS)[number];

/** Where no network had a part in it. */
export const NO_PASSES: Passes = Object.fromEntries(
  PASS_KINDS.map((kind): [PassKind, PassCount] => [kind, { count: 0, ms: 0 }]),
) as Record<PassKind, PassCount>;

/** Of a run that computed nothing. */
export function emptyReport(totalMs = 0): RunReport {
  const ms = { tokenize: 0, context: 0, steps: [], postprocess: 0, total: totalMs };
  return { stepsUsed: 0, passes: NO_PASSES, canvasSize: 0, ms, encodedTokens: 0, reusedTokens: 0 };
}
