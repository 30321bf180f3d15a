import type {
  AddOutcome,
  AddProgress,
  AddRequest,
  AvailableModel,
  KeptImport,
  ModelDescription,
  ModelSource,
} from './modelImport.js';
import type { SerialisedError } from './protocol.js';

/**
 * The whole protocol between the extension host and the store process, which manages the models on this machine: one process
 * for one task, which ends when it has answered. Downloads, conversions and checksums would keep the host from its work.
 */
export type StoreMessage =
  | { readonly type: 'task'; readonly task: StoreTask } // host -> child; the first message, and the only one of its kind
  | { readonly type: 'cancel' }; // host -> child; the child answers `failed` with the code `cancelled`, having cleaned up

export type StoreTask =
  | ({ readonly type: 'list' } & StoreFolders)
  | ({ readonly type: 'available' } & StoreFolders) // measures this machine for some tenths of a second
  | ({ readonly type: 'add'; readonly request: AddRequest; readonly token: string } & StoreFolders) // token '' = anonymous
  | ({ readonly type: 'verify'; readonly folder: string } & StoreFolders)
  | ({ readonly type: 'remove'; readonly name: string } & StoreFolders)
  | ({ readonly type: 'kept'; readonly source: ModelSource } & StoreFolders) // what an interrupted import has left, if anything
  | ({ readonly type: 'discard'; readonly source: string } & StoreFolders); // deletes that of one source

/** Where models are. */
export interface StoreFolders {
  /** The folder that Infill is installed in. */
  readonly root: string;
  /** The person's data folder. */
  readonly data: string;
}

export type StoreReply =
  | { readonly type: 'progress'; readonly progress: AddProgress } // child -> host; one-way, while a model is added
  | { readonly type: 'done'; readonly result: StoreResult } // child -> host; the answer
  | { readonly type: 'failed'; readonly error: SerialisedError }; // child -> host; the answer

export type StoreResult =
  | {
      readonly type: 'list';
      readonly models: readonly ModelDescription[];
      readonly freeMemory: number;
      readonly kept: readonly KeptImport[];
    }
  | { readonly type: 'available'; readonly models: readonly AvailableModel[]; readonly freeMemory: number }
  | { readonly type: 'add'; readonly outcome: AddOutcome }
  | { readonly type: 'verify'; readonly ms: number }
  | { readonly type: 'remove'; readonly folder: string }
  | { readonly type: 'kept'; readonly kept: readonly KeptImport[] }
  | { readonly type: 'discard'; readonly kept: readonly KeptImport[] };
