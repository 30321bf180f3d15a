import type { MachineSpeed } from '../../shared/modelImport.js';
import { physicalCores } from './physicalCores.js';
import { measureMachine } from './runtime/machineProbe.js';

/** How fast this machine computes with as many threads as models get; undefined where the runtime does not load, so nothing could be computed. */
export async function measuredMachine(): Promise<MachineSpeed | undefined> {
  const threads = await physicalCores();
  return measureMachine(threads).catch(() => undefined);
}
