import type { CanvasQuery, ModelManifestView, Prediction } from '../../contract/model.js';
import { checkQuery } from './checkQuery.js';

/** Has those of `canvases` answered that ask for a position; the others have no predictions. Errors as for `checkQuery`. */
export async function answerAsked(
  canvases: readonly CanvasQuery[],
  limits: ModelManifestView['limits'],
  answer: (asked: readonly CanvasQuery[]) => Promise<readonly (readonly Prediction[])[]>,
): Promise<readonly (readonly Prediction[])[]> {
  const asked = canvases.filter(({ positions }) => positions.length > 0);
  if (asked.length === 0) return canvases.map(() => []);
  for (const query of asked) checkQuery(query, limits);
  const answers = await answer(asked);
  const answerOf = new Map(asked.map((query, i) => [query, answers[i]!]));
  return canvases.map((query) => answerOf.get(query) ?? []);
}
