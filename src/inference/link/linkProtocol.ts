import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';

/** The first argument of the inference process's bundle that makes it serve windows; folder, key and name follow. */
export const SERVE = '--serve-windows';

/** What a window's relay and the process that holds the model say to each other, besides what the host and its child say. */
export type ToProcess = HostMessage | { readonly type: 'leave' }; // relay -> process; it ends if that was the last window

export type FromProcess = WorkerMessage | { readonly type: 'begun'; readonly id: number }; // process -> relay; the request computes, or loads the model, and all others wait

/** How a process ended, as Node reports it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}
