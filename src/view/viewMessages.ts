import type { CanvasPart, TextConditions } from '../shared/infillRequest.js';
import type { CanvasAlternative, CanvasPosition, PassKind } from '../shared/outcome.js';
import type { ViewPosition } from './viewPosition.js';

/**
 * All that the denoise view and the extension tell each other. The view keeps the state and draws it; the extension knows the document and
 * the model. Each request of the view carries the whole canvas; `run` is a number that its answers repeat, and only the newest counts.
 */
export type ToView =
  | { readonly type: 'open'; readonly about: ViewedPlace }
  | { readonly type: 'step'; readonly run: number; readonly step: ViewedStep }
  | {
      readonly type: 'done';
      readonly run: number;
      readonly canvas: readonly ViewPosition[];
      readonly ms: number;
      readonly why?: string;
    }
  | {
      readonly type: 'alternatives';
      readonly run: number;
      readonly position: number;
      readonly alternatives: readonly CanvasAlternative[];
    }
  /** The canvas that was asked about, with how likely each token is. */
  | { readonly type: 'scores'; readonly run: number; readonly canvas: readonly CanvasPosition[] }
  | { readonly type: 'failed'; readonly run: number; readonly message: string }
  /** The text around has changed outside; the place is still there. */
  | { readonly type: 'around'; readonly before: string; readonly after: string }
  /** The place is gone, or the text in it was changed: nothing can be put in any more. */
  | { readonly type: 'gone'; readonly why: string };

export type FromView =
  /** The view is drawn. `isRestored` where it has kept a state from before a reload: then nothing is run by itself. */
  | { readonly type: 'ready'; readonly isRestored: boolean }
  /** Absent canvas = whatever the model and the project make of the empty hole. */
  | {
      readonly type: 'run';
      readonly run: number;
      readonly canvas?: readonly CanvasPart[];
      readonly steps: number;
      /** Absent where nothing has to hold. */
      readonly conditions?: TextConditions;
    }
  /** How likely the tokens of the last run's canvas are; anything newer takes its place. */
  | { readonly type: 'score'; readonly run: number; readonly canvas: readonly CanvasPart[] }
  | {
      readonly type: 'alternatives';
      readonly run: number;
      readonly canvas: readonly CanvasPart[];
      readonly position: number;
    }
  | { readonly type: 'stop' }
  | { readonly type: 'insert'; readonly text: string }
  | { readonly type: 'discard' }
  | { readonly type: 'copyPicture'; readonly svg: string };

/** What the view is about. */
export interface ViewedPlace {
  /** Name of the file, without its folder. */
  readonly name: string;
  readonly languageId: string;
  /** Text next to the place, a few lines of it, with `\n`. */
  readonly before: string;
  readonly after: string;
  /** The selected text, with `\n`, which the canvas begins as; absent where there is a hole. */
  readonly selection?: string;
  /** Where it is, by which the extension finds it again after a reload: the document and offsets in it, and the text there. */
  readonly where?: { readonly uri: string; readonly start: number; readonly end: number; readonly text: string };
  /** Denoising steps to begin with, and how many the model takes at most. */
  readonly steps: number;
  readonly mostSteps?: number;
  /** Tokens that a text has at most where a person does not say how many. */
  readonly maxTokens: number;
  /** All texts that a person reads, by key, in the display language; `{0}` and so on stand for values. */
  readonly words: Readonly<Record<string, string>>;
}

/** A step as the view shows it. */
export interface ViewedStep {
  /** From 0. */
  readonly step: number;
  readonly kind: PassKind;
  readonly ms?: number;
  readonly positions: readonly ViewPosition[];
}
