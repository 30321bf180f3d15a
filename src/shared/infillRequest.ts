import type { InfillOptions } from './infillOptions.js';
import type { FoundSource } from './projectDocument.js';
import type { RecentEdits } from './recentEdit.js';

/** What an editor knows about the text around the hole. Offsets and lengths are UTF-16 code units. */
export interface TextContext {
  /** Document text before the hole; may be only its tail (at least the last 8000 units when there are so many). */
  readonly prefix: string;
  /** Length of the document text that comes before `prefix` and is not sent. Keeps the context window's anchor stable. */
  readonly prefixOffset: number;
  /** Document text after the hole; may be only its head. */
  readonly suffix: string;
  /** VS Code language id, for example `typescript`; `plaintext` when unknown. */
  readonly languageId: string;
  readonly eol: '\n' | '\r\n';
  /** One level of indentation as the editor is set to it, a tab or some spaces. Counts where the text around does not tell. */
  readonly indentUnit: string;
  /** Which document of the project it is: its uri as in ProjectDocument. Absent = the project's texts take no part. */
  readonly uri?: string;
}

/** Fill the hole between `prefix` and `suffix`. */
export interface InfillRequest {
  readonly context: TextContext;
  readonly options: InfillOptions;
  /** What was changed lately; absent = it takes no part. */
  readonly recent?: RecentEdits;
  /**
   * Names that an editor knows to be possible at the cursor, whole: what the identifier that begins before it may become, or what may
   * follow a dot. They need not be complete, and make nothing else impossible. Absent = none are known.
   */
  readonly names?: readonly string[];
  /**
   * Texts for the hole that are known already: others are wanted, which are not like them but for blanks, nor how one of them begins or
   * goes on. At least one; absent = the likeliest are.
   */
  readonly besides?: readonly string[];
  /** The entry that is selected in an editor's list, with which the context's prefix ends as if it were inserted; absent = none is. */
  readonly entry?: ListEntry;
  /** What holds of the text that is answered, whatever the model finds likeliest; absent = nothing has to. */
  readonly conditions?: TextConditions;
}

/** What has to hold of a text for a hole. No text is empty; their line breaks count as the document's. */
export interface TextConditions {
  /** The text begins with this and ends with that; both do not overlap. */
  readonly start?: string;
  readonly end?: string;
  /** Stands somewhere in the text. */
  readonly contains?: string;
  /** How many tokens of the model's the text has, counted as an answer lists them. */
  readonly length?: { readonly least: number; readonly most: number };
}

/** UTF-16 units that each text of a condition may have. */
export const LONGEST_CONDITION = 2000;

/** An entry of a list of what could stand at the cursor. */
export interface ListEntry {
  /** How many UTF-16 units at the prefix's end stand in no document yet. */
  readonly ahead: number;
  /** Whether a person chose it. One that a list selects by itself has to be likely. */
  readonly isChosen: boolean;
}

/** Texts that a request may want others than, and the UTF-16 units that each of them may have. */
export const MOST_BESIDES = 20;
export const LONGEST_BESIDES = 2000;

/** Redo `selection`, which stands between the context's prefix and suffix. */
export interface DenoiseRequest {
  readonly context: TextContext;
  readonly selection: string;
  /** Spans of the selection that never change, as offsets into it. */
  readonly pinned: readonly Span[];
  /** Share of the selection's tokens that is masked again, least confident first, (0, 1]; 1 = all that is not pinned. */
  readonly strength: number;
  readonly options: InfillOptions;
}

/** Fill several holes of one document together: each sees what is drafted in the others. */
export interface HolesRequest {
  /** The document's text before the first hole, between each and the next, and after the last: one part more than there are holes. */
  readonly parts: readonly string[];
  /** Of the document, as in `TextContext`. */
  readonly document: Pick<TextContext, 'languageId' | 'eol' | 'indentUnit' | 'uri'>;
  /** Of each hole; one text is written for it, whatever they say of candidates. */
  readonly options: InfillOptions;
}

/** Holes of a request. */
export const MOST_HOLES = 16;

/**
 * Denoise a canvas that stands between the context's prefix and suffix, as it is given: what is masked is filled in, all else stays. The
 * options say how many steps are left. Position 0 of a canvas may spell the end of the prefix again, as in a fill's trace.
 */
export interface CanvasRequest {
  readonly context: TextContext;
  /** The whole canvas, from left to right. */
  readonly canvas: readonly CanvasPart[];
  readonly options: InfillOptions;
  /** What could stand at one position (from 0, of the canvas that `canvas` makes) is asked instead; nothing is filled in. */
  readonly alternatives?: { readonly position: number; readonly most: number };
  /** How likely each settled token is where it stands is asked instead; nothing is filled in. */
  readonly scores?: true;
  /**
   * What holds of the text that the whole canvas makes: its start and end stand on the canvas before the first step, in the place of
   * masks where nothing is settled there. Absent = nothing has to.
   */
  readonly conditions?: TextConditions;
}

/** One position of a canvas, or a text, which takes as many as the model's tokenizer makes of it. */
export type CanvasPart =
  | { readonly kind: 'mask' }
  | ({ readonly kind: 'token'; readonly id: number } & SettledPart)
  | ({ readonly kind: 'text'; readonly text: string } & SettledPart);

/** What is known of a part that stays. It comes back with the answer, and changes nothing else. */
export interface SettledPart {
  /** Whether a person wants it as it is; absent = it is only settled. */
  readonly isPinned?: boolean;
  /** Probability, 0..1; absent = certain. */
  readonly confidence?: number;
  /** Where it was found; absent where it was not. */
  readonly from?: FoundSource;
}

/** Positions of a canvas, and UTF-16 units of its texts together, at most. */
export const MOST_CANVAS_PARTS = 1024;
export const LONGEST_CANVAS_TEXT = 20_000;
/** Alternatives of one position. */
export const MOST_ALTERNATIVES = 16;

/** Half-open range of UTF-16 offsets. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Names that a request may carry, and the UTF-16 units that each of them may have. */
export const MOST_NAMES = 1000;
export const LONGEST_NAME = 100;

const IDENTIFIER = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;
const BEGUN = /[\p{ID_Start}_$][\p{ID_Continue}$]*$/u;

/** Whether `text` is one identifier as most languages write them. */
export function isIdentifier(text: string): boolean {
  return text.length <= LONGEST_NAME && IDENTIFIER.test(text);
}

/** The identifier that `prefix` ends in the middle of, or with; '' where it ends with something else, a number for example. */
export function begunIdentifier(prefix: string): string {
  return BEGUN.exec(prefix.slice(-LONGEST_NAME))?.[0] ?? '';
}

/** Whether `prefix` ends with a character of an identifier. */
export function endsInIdentifier(prefix: string): boolean {
  return /[\p{ID_Continue}$]$/u.test(prefix.slice(-2));
}

/** Whether the cursor stands behind a name of a list's entry, which is whole. */
export function isBehindEntry({ context, entry }: Pick<InfillRequest, 'context' | 'entry'>): boolean {
  return entry !== undefined && endsInIdentifier(context.prefix);
}

/** Whether `suffix` goes on with an identifier that stands before it. */
export function continuesIdentifier(suffix: string): boolean {
  return /^[\p{ID_Continue}$]/u.test(suffix);
}
