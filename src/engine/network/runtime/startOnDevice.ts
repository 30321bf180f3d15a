import type { Device } from '../../../shared/infillOptions.js';
import { deviceCandidates, explainFailure } from './devices.js';
import { OrtSession, type SessionOptions } from './ortRuntime.js';

/**
 * Starts something on the wanted device, or on the CPU with a note that says why not. Throws only what the CPU itself throws.
 */
export async function startOnDevice<T>(
  device: Device,
  start: (device: string) => Promise<T>,
): Promise<{ readonly started: T; readonly device: string; readonly note: string }> {
  const notes: string[] = [];
  for (const candidate of deviceCandidates(device)) {
    try {
      return { started: await start(candidate), device: candidate, note: notes.join(' ') };
    } catch (error) {
      if (candidate === 'cpu') throw error;
      notes.push(explainFailure(candidate, error));
    }
  }
  throw new Error('deviceCandidates always ends with the CPU');
}

/** Makes a session of each graph; if one fails, none stays. */
export async function startSessionsOf(graphs: Iterable<Uint8Array>, options: SessionOptions): Promise<OrtSession[]> {
  const started: OrtSession[] = [];
  try {
    for (const graph of graphs) started.push(await OrtSession.create(graph, options));
    return started;
  } catch (error) {
    await disposeAll(started);
    throw error;
  }
}

export async function disposeAll(sessions: readonly OrtSession[]): Promise<void> {
  for (const session of sessions) await session.dispose();
}
