import type { ContextCacheMode } from '../../../shared/modelImport.js';
import type { FullSequenceManifest, Precision } from '../../../engine/network/folder/manifest.js';

/** What a checkpoint's files do not say, or say wrongly. */
export interface ConversionAnswers {
  /** Id of the mask token. */
  readonly mask?: number;
  /** Whether the mask may be a token that texts are made of. */
  readonly ordinaryMask?: boolean;
  /** Whether row i - 1 predicts token i. */
  readonly shift?: boolean;
  /** Id that fills the canvas after the middle; null = none does. */
  readonly endOfMiddle?: number | null;
  /** Id that opens the sequence; null = none does. */
  readonly start?: number | null;
  /** What is kept of the context between steps; absent = exact, nothing is. */
  readonly contextCache?: ContextCacheMode;
  /** Tokens of context that are read at most, before and after the canvas together, in `CONTEXT_RANGE`; absent = 640. */
  readonly context?: number;
  /** An SPDX name, or the name of the licence. */
  readonly license?: string;
  /** The model's name in lists; the source folder's where absent. */
  readonly name?: string;
}

/** What must be asked before a checkpoint can be converted. */
export interface ConversionQuestion {
  readonly answer: 'mask' | 'ordinaryMask' | 'shift';
  /** A sentence for a person that ends with a question mark. */
  readonly text: string;
}

export interface ConversionProgress {
  /** Bytes of weights written, of those that there will be. */
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** What a conversion made. */
export interface Conversion {
  readonly manifest: FullSequenceManifest;
  /** What a person must know of it, sentence by sentence: files that were not used, for example. */
  readonly notes: readonly string[];
}

export interface InspectionOptions {
  readonly precision: Precision;
  readonly answers: ConversionAnswers;
  /** Whether the weights themselves are in the folder, not only what their headers say. */
  readonly hasData: boolean;
}

export interface ConversionOptions {
  /** Folder with config.json, tokenizer.json and *.safetensors. */
  readonly source: string;
  /** The model folder to make; it may not exist. */
  readonly target: string;
  readonly precision: Precision;
  readonly answers?: ConversionAnswers;
  readonly onProgress?: (progress: ConversionProgress) => void;
  /** Weights that are converted at a time; absent = what is best. */
  readonly blockElements?: number;
  /**
   * A file that lists what is done, so that the same conversion goes on where an earlier one was interrupted; one at a time. Absent =
   * nothing stays behind where it does not end.
   */
  readonly journal?: string;
  /** Ends the conversion. */
  readonly signal?: AbortSignal;
}
