import type { ErrorCode } from './infillError.js';
import type { RuntimeOptions } from './infillOptions.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from './infillRequest.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome, StepTrace } from './outcome.js';
import type { ProjectDocument, ProjectStats } from './projectDocument.js';

/**
 * The whole protocol between the extension host and the inference process. Requests are stateless: each carries all it
 * needs, the child never asks the host anything. One request in, optional `step` events, one `result` or `failure` out. What a request
 * does not carry is the project's texts: the host feeds them in the background, and a child of which it knows nothing has none.
 */
export type HostMessage =
  | { readonly type: 'load'; readonly id: number; readonly runtime: RuntimeOptions } // host -> child; load or reload; idempotent for equal options
  | {
      readonly type: 'infill';
      readonly id: number;
      readonly request: InfillRequest;
      readonly steps: boolean;
      readonly drafts?: true; // with each step, what could be suggested if the run ended there
    } // host -> child; newest wins
  | { readonly type: 'denoise'; readonly id: number; readonly request: DenoiseRequest; readonly steps: boolean } // host -> child
  | { readonly type: 'canvas'; readonly id: number; readonly request: CanvasRequest; readonly steps: boolean } // host -> child
  | { readonly type: 'holes'; readonly id: number; readonly request: HolesRequest; readonly steps: boolean } // host -> child
  | { readonly type: 'cancel'; readonly id: number } // host -> child; checked between denoising steps
  | { readonly type: 'project'; readonly change: ProjectChange } // host -> child; one-way; what is removed is gone at once
  | { readonly type: 'end'; readonly why: 'stuck' | 'restart' } // host -> child that told of a `process`; that is to go as well
  | { readonly type: 'ping'; readonly id: number }; // host -> child; proves the event loop turns

export type WorkerMessage =
  | { readonly type: 'loaded'; readonly id: number; readonly info: ModelInfo } // child -> host; answers load
  | { readonly type: 'step'; readonly id: number; readonly trace: StepTrace } // child -> host; one-way, while a request runs
  | { readonly type: 'infilled'; readonly id: number; readonly outcome: InfillOutcome } // child -> host; answers infill
  | { readonly type: 'denoised'; readonly id: number; readonly outcome: DenoiseOutcome } // child -> host; answers denoise
  | { readonly type: 'canvasDone'; readonly id: number; readonly outcome: CanvasOutcome } // child -> host; answers canvas
  | { readonly type: 'holesFilled'; readonly id: number; readonly outcomes: readonly InfillOutcome[] } // child -> host; answers holes, one for each
  | { readonly type: 'pong'; readonly id: number; readonly rssBytes: number; readonly windows?: number } // child -> host; answers ping
  | { readonly type: 'process'; readonly pid: number } // child -> host; the model is in that process, which other windows use too
  | { readonly type: 'died'; readonly code: number | null; readonly signal: NodeJS.Signals | null } // child -> host; that process, at work for this host
  | { readonly type: 'lost' } // child -> host; that process is gone, and this host has no part in it
  | { readonly type: 'projectStats'; readonly stats: ProjectStats } // child -> host; one-way, after changes, at most once a second
  | { readonly type: 'failure'; readonly id: number; readonly error: SerialisedError }; // child -> host; answers any request

/** What changes in the index of the project's texts, in this order. */
export interface ProjectChange {
  readonly clear?: true;
  /** UTF-16 units of text that are indexed at most. */
  readonly limit?: number;
  /** Uris. */
  readonly remove?: readonly string[];
  readonly replace?: readonly ProjectDocument[];
}

export interface SerialisedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedy: string;
  readonly stack: string;
}

/** What the child knows about the model once it is loaded. */
export interface ModelInfo {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The device that really started, and why it is not the requested one ('' if it is). */
  readonly device: string;
  readonly deviceNote: string;
  readonly threads: number;
  readonly loadMs: number;
  readonly steps: ModelSteps;
}

/** What a model's makers say of numbers of steps, with its own sampler. */
export interface ModelSteps {
  readonly recommended: number;
  /** The model takes no more; absent = there is no such end. */
  readonly most?: number;
  /** What numbers of steps are worth, by ascending `steps`: shares of held-out holes, 0..1. Absent = not known. */
  readonly curve?: readonly { readonly steps: number; readonly exact: number; readonly beginsRight: number }[];
}
