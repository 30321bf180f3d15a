import { withoutIds } from '../../diffusion/draw.js';
import type { ModelManifestView } from '../../contract/model.js';
import type { Rule } from '../canvas/rule.js';

/**
 * When a model may use its tokens for the length of the canvas: never where the length is settled; else `expand` while
 * there is room, and not where the new masks could not be filled any more.
 * @param growsTo the most tokens; undefined = the length is settled.
 */
export function lengthTokens(
  { expand, delete: remove, endOfMiddle }: ModelManifestView['tokens'],
  growsTo: number | undefined,
): Rule[] {
  const deletes = remove === endOfMiddle ? undefined : remove;
  if (expand === undefined && deletes === undefined) return [];
  return [
    (rows, canvas) => {
      // All expand at once at worst.
      const mayExpand = growsTo !== undefined && canvas.ids.length + rows.length <= growsTo && canvas.stepsLeft > 1;
      return rows.map((row) =>
        withoutIds(row, (id) => (id === expand && !mayExpand) || (id === deletes && growsTo === undefined)),
      );
    },
  ];
}

/**
 * Whether a token makes the canvas longer or shorter and is no end of the middle. Where the model's end token also deletes (DreamOn),
 * what it says is that the middle ends there.
 */
export function lengthTokenTest({
  expand,
  delete: remove,
  endOfMiddle,
}: ModelManifestView['tokens']): (id: number) => boolean {
  return (id) => id !== endOfMiddle && (id === expand || id === remove);
}
