/** `auto`: int8, or int4 where int8 would be large. */
export const PRECISION_CHOICES = ['auto', 'int8', 'int4', 'fp32'] as const;
export type PrecisionChoice = (typeof PRECISION_CHOICES)[number];

/**
 * What of the context's keys and values a full-sequence model keeps between steps. `exact`: nothing, every step computes all rows.
 * `prefix`: those of the rows before the canvas. `dual`: also those of the rows after it.
 */
export const CONTEXT_CACHES = ['exact', 'prefix', 'dual'] as const;
export type ContextCacheMode = (typeof CONTEXT_CACHES)[number];

/** How many tokens of context an added model may be told to read at most. */
export const CONTEXT_RANGE = { least: 64, most: 640 } as const;

/** A model that a person wants to add. */
export interface AddRequest {
  readonly source: ModelSource;
  /** What to call it; made from the source where absent. */
  readonly name?: string;
  readonly precision: PrecisionChoice;
  readonly answers: AddAnswers;
}

/** A folder on this machine (an absolute path), or a model on the hub and a branch, tag or commit of it. */
export type ModelSource =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'hub'; readonly repository: string; readonly revision: string };

/** What the files of a checkpoint do not say. */
export interface AddAnswers {
  /** Id of the mask token. */
  readonly mask?: number;
  /** Whether the mask may be a token that texts are made of. */
  readonly ordinaryMask?: boolean;
  /** Whether row i - 1 predicts token i. */
  readonly shift?: boolean;
  /** Name of the licence. */
  readonly license?: string;
  /** How the context is computed; absent = exact. */
  readonly contextCache?: ContextCacheMode;
  /** Tokens of context that are read at most, in `CONTEXT_RANGE`; each step computes all of them. Absent = 640. */
  readonly context?: number;
}

/** What only the person can know; asked before anything large is downloaded or written. */
export interface AddQuestion {
  readonly answer: 'mask' | 'ordinaryMask' | 'shift';
  /** A sentence that ends with a question mark. */
  readonly text: string;
}

/** How far it is. */
export interface AddProgress {
  readonly phase: 'wait' | 'download' | 'convert' | 'copy' | 'verify' | 'compare';
  /** Bytes, or sample positions for `compare`; `total` is 0 where it is not known. */
  readonly done: number;
  readonly total: number;
  /** For example the file that is being received, or the model that another process adds; may be ''. */
  readonly detail: string;
}

export type AddOutcome =
  | { readonly kind: 'added'; readonly model: AddedModel }
  | { readonly kind: 'questions'; readonly questions: readonly AddQuestion[] };

export interface AddedModel {
  readonly name: string;
  readonly folder: string;
  readonly license: string;
  readonly precision: string;
  readonly bytes: number;
  /** Bytes of memory it is expected to need. */
  readonly memoryBytes: number;
  readonly agreement: Agreement;
  /** What the person must know of this import, sentence by sentence; most of the time nothing. */
  readonly notes: readonly string[];
}

/** How often the converted model and the same in 32-bit floating point have the same most likely token. */
export type Agreement =
  | { readonly kind: 'measured'; readonly agreeing: number; readonly positions: number }
  | { readonly kind: 'skipped'; readonly why: string };

/** What a list of models tells about one. What cannot be known of an unusable model is '' or 0. */
export interface ModelDescription {
  /** The folder's name: what commands call the model. */
  readonly name: string;
  /** For a person. */
  readonly title: string;
  readonly version: string;
  readonly license: string;
  readonly isBundled: boolean;
  readonly precision: string;
  readonly bytes: number;
  /** Bytes of memory it is expected to need once it is loaded. */
  readonly memoryBytes: number;
  /** Milliseconds of a denoising step on this machine; null = not measured. */
  readonly msPerStep: number | null;
  /** The device that it was measured on; '' = not measured. */
  readonly measuredOn: string;
  readonly folder: string;
  /** Why it cannot be used; '' = it can. */
  readonly problem: string;
}

/** What an import that was interrupted has left to go on with. */
export interface KeptImport {
  /** The repository on the hub, or the folder. */
  readonly source: string;
  /** What is to be added again to go on with it: the source, with the branch, tag or commit where another one than main was asked for. */
  readonly called: string;
  /** Received and converted, as they are on the disk. */
  readonly bytes: number;
  /** Whether it is being added at this moment. */
  readonly isActive: boolean;
}

/** What this machine computes and reads, measured with the operators that models run. */
export interface MachineSpeed {
  readonly threads: number;
  /** Multiplications and additions of products with weights of 8 and of 4 bits, and of attention in floating point. */
  readonly int8PerSecond: number;
  readonly int4PerSecond: number;
  readonly attentionPerSecond: number;
  /** Weights that a product reads from memory. */
  readonly bytesPerSecond: number;
}

/** A public checkpoint that is not added yet, with what it is expected to cost here. */
export interface AvailableModel {
  /** Its id on the hub. */
  readonly repository: string;
  readonly title: string;
  /** What it was made for, in a sentence without its full stop. */
  readonly about: string;
  readonly parameters: number;
  readonly license: string;
  readonly downloadBytes: number;
  readonly isForCode: boolean;
  /** What is needed besides the repository: GPT-2's tokenizer.json in a folder with the weights, or the id of the mask. */
  readonly needs: 'nothing' | 'tokenizer' | 'mask';
  /** The id of the mask, where no file of the checkpoint says it. */
  readonly mask: number | null;
  /** What the converter takes by itself. */
  readonly precision: 'int8' | 'int4';
  /** Bytes, estimated as those of models that are here. */
  readonly memoryBytes: number;
  /** Milliseconds of one step with the longest context, estimated from this machine's speed; null = that could not be measured. */
  readonly stepMs: number | null;
  /** Of eight steps; and with the context's keys and values kept between them (`dual`), which is approximate. */
  readonly requestMs: number | null;
  readonly dualRequestMs: number | null;
}
