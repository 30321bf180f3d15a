import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeJsonFile } from './files/writeJsonFile.js';

/** How fast a model ran on this machine. */
export interface MeasuredSpeed {
  /** Median milliseconds of a denoising step. */
  readonly msPerStep: number;
  /** The device that computed. */
  readonly device: string;
}

// Read by the editor too, whose bundle has no schema library: so it is checked by hand.

function speedsFile(data: string): string {
  return path.join(data, 'speeds.json');
}

/** What was measured here, by model folder. A file that is missing or damaged means that nothing was: it is only a hint. */
export async function readSpeeds(data: string): Promise<ReadonlyMap<string, MeasuredSpeed>> {
  const speeds = new Map<string, MeasuredSpeed>();
  let value: unknown;
  try {
    value = JSON.parse(await readFile(speedsFile(data), 'utf8'));
  } catch {
    return speeds;
  }
  for (const [folder, speed] of Object.entries(typeof value === 'object' && value !== null ? value : {})) {
    if (isSpeed(speed)) {
      speeds.set(folder, { msPerStep: speed.msPerStep, device: speed.device });
    }
  }
  return speeds;
}

/** Remembers how fast the model in `folder` ran. */
export async function recordSpeed(data: string, folder: string, speed: MeasuredSpeed): Promise<void> {
  await writeJsonFile(speedsFile(data), Object.fromEntries([...(await readSpeeds(data)), [folder, speed]]));
}

function isSpeed(value: unknown): value is MeasuredSpeed {
  return (
    typeof value === 'object' &&
    value !== null &&
    'msPerStep' in value &&
    typeof value.msPerStep === 'number' &&
    Number.isFinite(value.msPerStep) &&
    'device' in value &&
    typeof value.device === 'string'
  );
}
