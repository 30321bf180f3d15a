import { fileURLToPath } from 'node:url';
import { TINY_FP32, TINY_INT8, TINY_ONE_NETWORK } from '../engine/fixtures.js';

/** Calls of the command line, one after the other in a working folder and with a data folder of their own. */
export interface Scenario {
  readonly name: string;
  /** Folders that are copied into the working folder before the first call. */
  readonly copies?: readonly Copy[];
  readonly calls: readonly Call[];
}

/** One run of the program. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  /** Texts by their names, put into the working folder before the run. */
  readonly files?: Readonly<Record<string, string>>;
  /** Changes of files below the working folder, made before the run. */
  readonly edits?: Readonly<Record<string, (text: string) => string>>;
  /** Lines of stdin, by the names that their answers get in the tape. */
  readonly lines?: readonly Line[];
  /** Files and folders below the working folder whose content after the run belongs to the tape. */
  readonly written?: readonly string[];
}

export interface Line {
  readonly name: string;
  /** A request, or the line as it is. */
  readonly request: object | string;
}

export interface Copy {
  readonly from: string;
  readonly to: string;
}

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const TINY = { fp32: TINY_FP32, int8: TINY_INT8 };
/** Of kind one-network, with adapters. */
export const TINY_ONE = Object.fromEntries(
  TINY_ONE_NETWORK.filter(({ weights }) => weights === 'adapters').map(({ precision, folder }) => [precision, folder]),
) as typeof TINY;

/** One thread of the processor: with more, the order of sums would depend on how many there are. */
export const ONE_THREAD = ['--device', 'cpu', '--threads', '1'] as const;
