import type { TextConditions } from '../shared/infillRequest.js';
import type { CanvasAlternative } from '../shared/outcome.js';
import type { ViewPosition } from './viewPosition.js';
import type { ViewedPlace, ViewedStep } from './viewMessages.js';
import type { WordKey } from './words.js';

/** All that a view shows. A value that nothing changes, and plain JSON, so that it outlives a reload. */
export interface ViewState {
  readonly place: ViewedPlace;
  /** As the last run left it, with the person's edits. */
  readonly canvas: readonly ViewPosition[];
  /** Whether a person changed it since the last run. */
  readonly isEdited: boolean;
  readonly steps: number;
  /** What has to hold of the text after every further run. */
  readonly conditions: TextConditions;
  readonly done: readonly Snapshot[];
  readonly undone: readonly Snapshot[];
  /** Number of the last request; answers to others are too late. */
  readonly run: number;
  readonly isRunning: boolean;
  /** The canvas that the last run began with; none = an empty hole. */
  readonly begun: readonly ViewPosition[];
  /** Of the last run. */
  readonly timeline: readonly ViewedStep[];
  /** Milliseconds of the last run; absent = it has not ended. */
  readonly ms?: number;
  /** The step that is looked at, from 1; 0 = before all of them, null = the canvas as it is now. */
  readonly frame: number | null;
  readonly isPlaying: boolean;
  readonly selection: Selection;
  /** What could stand at a position, which was asked for. */
  readonly asked?: AskedAlternatives;
  /** The selected text's tokens before anything was changed; absent = there was a hole, or they are not known yet. */
  readonly original?: readonly string[];
  /** Whether it is known how likely the selected text's tokens are; absent = no. */
  readonly isScored?: true;
  /** Whether the text before the place was changed while a run goes on, which read it as it was; absent = no. */
  readonly isMoved?: true;
  readonly notice?: Notice;
  /** Why nothing can be put in any more. */
  readonly gone?: string;
}

/** What an edit can be taken back to. */
export interface Snapshot {
  readonly canvas: readonly ViewPosition[];
  readonly steps: number;
  readonly conditions: TextConditions;
  readonly isEdited: boolean;
}

/** Positions of the canvas that is shown. Its end counts as one as well. */
export interface Selection {
  /** Where it was begun. */
  readonly anchor: number;
  /** Where the keyboard is. */
  readonly focus: number;
}

export interface AskedAlternatives {
  /** First position of the unit. */
  readonly position: number;
  /** Absent until the answer is there. */
  readonly alternatives?: readonly CanvasAlternative[];
  /** Whether typed texts are made into tokens first: positions are counted in tokens. */
  readonly needsTokens?: true;
}

/** What the view tells a person: by a key of its words, or in the words of the extension. */
export type Notice =
  | { readonly kind: 'passing'; readonly key: WordKey; readonly values?: readonly (string | number)[] }
  | { readonly kind: 'passing' | 'error'; readonly text: string };

/** A view that was just opened, before its first run. */
export function newView(place: ViewedPlace, run = 0): ViewState {
  return {
    ...{ place, canvas: [], isEdited: false, steps: place.steps, conditions: {}, done: [], undone: [] },
    ...{ run, isRunning: false, begun: [], timeline: [] },
    ...{ frame: null, isPlaying: false, selection: { anchor: 0, focus: 0 } },
  };
}
