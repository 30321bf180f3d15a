import type { CanvasRequest } from '../../shared/infillRequest.js';
import type { CanvasOutcome, InfillOutcome } from '../../shared/outcome.js';
import { convertLineEnds } from '../text/lineEnds.js';
import { canvasScores, withScores } from './canvasScores.js';
import { holeOf } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { fillCanvas } from './denoise/fillCanvas.js';
import { candidateOf } from './ending/candidates.js';
import { confident } from './ending/confidence.js';
import { middleOf } from './ending/middleOf.js';
import { withWorth } from './ending/worth.js';
import { alternativesAt } from './given/alternativesAt.js';
import { givenTask } from './given/givenTask.js';
import { stillCanvas } from './given/stillCanvas.js';
import { validateCanvas } from './given/validateCanvas.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';

/**
 * Denoises a canvas as it is given: what is masked is filled in, all else stays. The text is what the canvas says, neither cut nor
 * changed: a person looks at it token by token, and it is to be inserted as it is seen.
 *
 * @throws InfillError `invalid-request` for options out of range, a canvas that does not fit the place or the model, conditions that it
 * cannot meet, and models without masks.
 */
export async function denoiseCanvas(
  request: CanvasRequest,
  measured: Pipeline,
  control: RunControl = {},
): Promise<CanvasOutcome> {
  const record = new RunRecord(request.options, control, measured);
  const pipeline = { ...measured, model: record.measured(measured.model) };
  validateCanvas(request, pipeline);
  const hole = holeOf({ context: request.context, options: request.options });
  if (hole.splitsCharacter) {
    const why = 'The cursor is inside a character or a line break.';
    return { ...record.none('unsuitable-position', why), canvas: [] };
  }
  const decoding = decodingFor({ ...hole.options, candidates: 1, length: 'auto', stopBelow: 0 }, pipeline);
  const given = givenTask(request, hole, decoding, pipeline);
  const { task } = given;
  const { parts } = given.given;
  record.clock.endPhase('tokenize');
  record.canvasSize = task.canvas.length;
  record.given = { healedBytes: task.context.healed.length, parts };
  const run = { given: parts.map(({ confidence = 1 }) => confidence) };
  if (request.alternatives !== undefined) {
    const { position } = request.alternatives;
    const found = await alternativesAt(request.alternatives, given, decoding, pipeline, record);
    const { alternatives, canvas } = found;
    return {
      kind: 'alternatives',
      position,
      alternatives,
      canvas: record.positionsOf(canvas),
      report: record.report(),
    };
  }
  if (request.scores === true) {
    const scores = await canvasScores(given, pipeline, record);
    const positions = record.positionsOf(stillCanvas(task.canvas, pipeline.model, run.given));
    if (record.isCancelled()) return { ...record.cancelled(), canvas: positions };
    return { kind: 'scores', canvas: withScores(positions, scores), report: record.report() };
  }
  const canvas = await fillCanvas(task, decoding, pipeline, record, run);
  const known = record.positionsOf(canvas);
  if (record.isCancelled()) return { ...record.cancelled(), canvas: known };
  const options = { ...task, tokenizer: pipeline.tokenizer, healedBytes: task.context.healed.length };
  const middle = middleOf(canvas, { ...options, length: Infinity });
  const text = known.map((position) => position.text).join('');
  record.clock.endPhase('postprocess');
  if (middle.text !== text) {
    return {
      ...record.none('error', 'What stands on the canvas is no text: it holds half a character.'),
      canvas: known,
    };
  }
  const { calibration } = decoding.recommended;
  const written = candidateOf(middle, convertLineEnds(text, hole.context.eol));
  const candidate = withWorth(confident(written, calibration, undefined), calibration?.look);
  const outcome: InfillOutcome = { kind: 'infill', candidates: [candidate], report: record.report() };
  return { ...(hole.lineOpened ? withLineBreak(outcome, hole.context.eol) : outcome), canvas: known };
}
