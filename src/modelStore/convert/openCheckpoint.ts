import type { InspectionOptions } from './checkpoint/conversion.js';
import { weightHeaders } from './checkpoint/weightHeaders.js';
import { inspectCheckpoint, type InspectedCheckpoint } from './inspectCheckpoint.js';

/** Looks at a checkpoint whose weights are there; its files are to be closed by the caller. Throws as `inspectCheckpoint` does. */
export async function openCheckpoint(
  folder: string,
  options: Omit<InspectionOptions, 'hasData'>,
): Promise<InspectedCheckpoint> {
  return inspectCheckpoint(folder, await weightHeaders(folder), { ...options, hasData: true });
}
