import type { InfillModel } from '../../contract/model.js';

/** What runners lack to be a model for as long as they are tried out; nobody disposes of that one. */
export const ON_TRIAL = { device: '', deviceNote: '', dispose: async (): Promise<void> => Promise.resolve() };

/** Predicts something with every session of `model`. Throws where one fails or answers with no numbers. */
export async function tryOutModel(
  model: Pick<InfillModel, 'openContext'>,
  { start, mask }: { readonly start: number; readonly mask: number },
): Promise<void> {
  const context = await model.openContext([start, start], [start]);
  const [rows] = await context.predict([{ canvas: [mask, mask], positions: [0, 1] }], 0.5);
  if (!rows!.every(({ entropy }) => Number.isFinite(entropy))) throw new Error('it computes wrong results');
}
