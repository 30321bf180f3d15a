import { isAlike } from './alternatives/alike.js';
import { branches } from './alternatives/branches.js';
import type { CanvasTask } from './canvas/canvasTask.js';
import { fillCanvas, type OtherRun } from './denoise/fillCanvas.js';
import { type EndedMiddle, endedMiddles } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import { presented } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';
import { shownDraft, type Wanted } from './shownDraft.js';

/** Runs that may come to nothing new: a text like a known one, or none. */
const MOST_VAIN = 5;

/**
 * What the model writes on a canvas, each text up to where it ends: the likeliest, and for alternatives texts that are not like it nor each
 * other; of a request for other texts than known ones only the latter. Fewer than were asked for where the model has no others that are
 * likely enough, where the run was cancelled, or where the deadline leaves no time for alternatives.
 */
export async function writtenMiddles(
  task: CanvasTask,
  wanted: Wanted,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly EndedMiddle[]> {
  const { candidates, temperature, seed } = decoding.options;
  const { besides } = wanted.hole;
  const write = async (of: CanvasTask, run: OtherRun): Promise<readonly EndedMiddle[]> => {
    const filled = await fillCanvas(of, decoding, pipeline, record, run);
    return record.isCancelled() ? [] : endedMiddles([filled], of, decoding.recommended, pipeline, record);
  };
  record.present = (draft) => shownDraft(draft, task, wanted, decoding, pipeline);
  const goesOn = (): boolean => !record.isCancelled() && record.hasTimeFor('denoise');

  const ended = besides === undefined ? [...(await write(task, {}))] : [];
  if (temperature > 0) {
    for (let run = 1; run < candidates && goesOn(); run++) {
      ended.push(...(await write(task, { seed: seed + run, isFirst: false })));
    }
    return ended;
  }
  const texts = (of: readonly EndedMiddle[]): string[] =>
    of.flatMap((each) => {
      const candidate = presented(each, wanted.hole, wanted.filters, decoding);
      return 'text' in candidate ? [candidate.text] : [];
    });
  const [found] = wanted.found;
  const own = texts(ended);
  const known = [...own, ...(besides ?? []), ...(found ? [found.text] : [])];
  // Where the likeliest may not be suggested, others take its place; but nobody waits for them who wants one text only.
  let left = candidates === 1 && besides === undefined ? 0 : candidates - own.length - (found ? 1 : 0);
  // Where noise is no mask, a canvas has no place that is open: there is no first token to ask for others of.
  if (left <= 0 || pipeline.model.manifest.tokens.mask < 0 || !goesOn()) return ended;
  let vain = 0;
  for (const { ids, probabilities } of await branches(task, known, decoding, pipeline)) {
    if (left <= 0 || vain >= MOST_VAIN || !goesOn()) break;
    if (ids.length >= task.canvas.length) continue;
    const begun = { ...task, canvas: [...ids, ...task.canvas.slice(ids.length)] };
    const isFirst = besides !== undefined && ended.length === 0 && vain === 0;
    const other = await write(begun, { given: probabilities, isFirst });
    const [text] = texts(other);
    if (text === undefined || known.some((each) => isAlike(each, text))) {
      vain++;
      continue;
    }
    known.push(text);
    ended.push(...other);
    left--;
  }
  return ended;
}
