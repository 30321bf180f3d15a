import { codeBefore } from '../../text/codeBefore.js';
import { tabWidthOf } from '../../text/lines.js';
import { contextRoom } from '../../contract/contextRoom.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { assembleContext } from '../context/assembleContext.js';
import { fillCanvas } from '../denoise/fillCanvas.js';
import { endedMiddles } from '../ending/endedMiddles.js';
import type { Alternative } from './alternatives.js';
import type { AroundSection, ImproveWork } from './improveWork.js';
import type { SectionText } from './sectionText.js';

/** Tokens of what follows that the model sees: reading more takes longer than it is worth here. */
const SUFFIX = 48;

/** What the model writes in the place of some units, as in any hole within a line; none where the run was cancelled. */
export async function written(
  { from, to }: Pick<Alternative, 'from' | 'to'>,
  section: SectionText,
  { before, after }: AroundSection,
  { context, ownHidden, decoding, pipeline, record }: ImproveWork,
): Promise<readonly Alternative[]> {
  const { units, text } = section;
  const { limits, tokens } = pipeline.model.manifest;
  const ids = [...section.contextIds, ...units.slice(0, from).flatMap((unit) => unit.ids)];
  const held = { ids: ids.slice(-contextRoom(limits).prefix), healed: new Uint8Array(0), allowedFirst: undefined };
  const prefix = before + text.slice(0, units[from]!.start);
  const code = codeBefore({ ...context, prefix });
  const whole = assembleContext({ prefix, context: held }, text.slice(units[to - 1]!.end) + after, code, pipeline);
  const between = { ...whole, suffixIds: whole.suffixIds.slice(0, SUFFIX) };
  const length = Math.min(limits.canvas, decoding.recommended.lineCanvas);
  const task: CanvasTask = {
    ...between,
    canvas: new Array<number>(length).fill(tokens.mask),
    multiline: false,
    insideLine: true,
    inside: code.cursor.inside,
    tabWidth: tabWidthOf(context.indentUnit),
    ownHidden,
    stopBelow: decoding.stopBelow,
  };
  const filled = await fillCanvas(task, decoding, pipeline, record);
  const ended = await endedMiddles([filled], task, decoding.recommended, pipeline, record);
  return ended.flatMap(({ middle }) =>
    middle.text.trim() === '' ? [] : [{ from, to, text: middle.text, source: 'written' as const }],
  );
}
