import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { positionFrames } from '../../picture/positionFrames.js';
import { runPicture } from '../../picture/runPicture.js';
import type { InfillOutcome } from '../../shared/outcome.js';
import { UsageError } from '../input/usageError.js';
import { type CliIo, write } from '../output/cliIo.js';

export interface PicturedRun {
  readonly file: string;
  /** Of the file, and where in it the hole is, in UTF-16 units. */
  readonly text: string;
  readonly offset: number;
  /** With a trace that tells of every position. */
  readonly outcome: InfillOutcome;
}

/** Writes an animated picture of a run. Throws UsageError where the file cannot be written. */
export async function savePicture(
  picture: string,
  { file, text, offset, outcome }: PicturedRun,
  { cwd, stderr }: Pick<CliIo, 'cwd' | 'stderr'>,
): Promise<void> {
  const steps = (outcome.report.trace ?? []).flatMap(({ step, ms, positions }) =>
    positions === undefined ? [] : [{ step, positions, ...(ms === undefined ? {} : { ms }) }],
  );
  if (steps.length === 0) {
    await write(stderr, 'infill: there is no picture, for no step was taken\n');
    return;
  }
  const svg = runPicture({
    before: text.slice(0, offset).replaceAll('\r\n', '\n'),
    after: text.slice(offset).replaceAll('\r\n', '\n'),
    frames: positionFrames([], steps),
    title: `Denoising ${path.basename(file)}`,
  });
  try {
    await writeFile(path.resolve(cwd, picture), svg);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The picture cannot be written to ${picture}: ${why}. Name another file.`);
  }
}
