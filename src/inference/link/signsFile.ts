import { closeSync, openSync, readSync } from 'node:fs';
import type { Pulse } from '../../process/pulse.js';

/** Bytes of the one line in the file, which is written again and again. */
export const SIGNS_LENGTH = 96;

/** A pulse, and how many were given before it. */
export interface NumberedPulse extends Pulse {
  readonly number: number;
}

/** The newest pulse in a file of signs; undefined where there is none yet, or where it is being written. */
export function readSigns(file: string): NumberedPulse | undefined {
  let opened: number | undefined;
  try {
    opened = openSync(file, 'r');
    const bytes = Buffer.alloc(SIGNS_LENGTH);
    readSync(opened, bytes, 0, SIGNS_LENGTH, 0);
    const [number = NaN, cpuMs = NaN, bytesRead = NaN, turns = NaN, again = NaN] = bytes
      .toString('latin1')
      .trim()
      .split(' ')
      .map(Number);
    const isWhole = number === again && [number, cpuMs, bytesRead, turns].every(Number.isFinite);
    return isWhole ? { number, cpuMs, bytes: bytesRead, turns } : undefined;
  } catch {
    return undefined;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
