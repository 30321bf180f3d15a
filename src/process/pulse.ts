/** What a child that works tells of itself in every beat, on `SIGNS_FD`. All numbers only grow. */
export interface Pulse {
  /** Computing time of all its threads, milliseconds. */
  readonly cpuMs: number;
  /** Memory that it has filled and data that it has read, bytes. */
  readonly bytes: number;
  /** Goes up while its event loop turns. */
  readonly turns: number;
}

/** Time between two pulses by the child's own reckoning: who is not given a processor, or is stopped, gives none meanwhile. */
export const BEAT_MS = 1000;

/** The pulse in a line that a child wrote: three numbers with blanks between them. */
export function parsePulse(line: string): Pulse | undefined {
  const [cpuMs = NaN, bytes = NaN, turns = NaN] = line.split(' ').map(Number);
  return [cpuMs, bytes, turns].every(Number.isFinite) ? { cpuMs, bytes, turns } : undefined;
}
