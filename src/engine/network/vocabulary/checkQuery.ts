import { InfillError } from '../../../shared/infillError.js';
import type { CanvasQuery, ModelManifestView } from '../../contract/model.js';

/**
 * @throws InfillError `invalid-request` for a canvas that is longer than the model takes, RangeError for positions that are not
 * ascending on it.
 */
export function checkQuery({ canvas, positions }: CanvasQuery, limits: ModelManifestView['limits']): void {
  if (canvas.length > limits.canvas) {
    const message = `The canvas has ${canvas.length} tokens; the model takes ${limits.canvas}.`;
    throw new InfillError('invalid-request', message, 'Choose a smaller maximum length.');
  }
  const ascending = positions.every((position, index) => position > (positions[index - 1] ?? -1));
  if (!ascending || positions.at(-1)! >= canvas.length) {
    throw new RangeError(`positions ${positions.join()} are not ascending on a canvas of ${canvas.length}`);
  }
}
