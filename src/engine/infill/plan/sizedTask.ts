import type { InfillOptions } from '../../../shared/infillOptions.js';
import { calibratedLength } from '../../diffusion/calibratedLength.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Equipment } from '../run/equipment.js';
import { lengthConfidences } from './lengthConfidences.js';
import type { LengthPolicy } from './lengthPolicy.js';
import type { RunRecord } from '../run/runRecord.js';

/** Lengths on each side of the start that the first call of a search asks for. */
const REACH = 7;

/** A task whose canvas has the length that the policy chooses. `task.canvas` is as long as the text around says. */
export async function sizedTask(
  task: CanvasTask,
  policy: LengthPolicy,
  { maxTokens }: Pick<InfillOptions, 'maxTokens'>,
  equipment: Equipment,
  record: RunRecord,
): Promise<CanvasTask> {
  const { tokens, limits } = equipment.model.manifest;
  const most = Math.min(maxTokens, limits.canvas);
  const masks = (size: number): number[] => new Array<number>(size).fill(tokens.mask);
  switch (policy.kind) {
    case 'auto':
      return task;
    case 'fixed':
      return { ...task, canvas: masks(most), endsAt: 'canvas' };
    case 'cal': {
      const search = { from: policy.from, most, patience: policy.patience, reach: REACH };
      const size = await calibratedLength(search, (lengths) => lengthConfidences(lengths, task, equipment, record));
      return { ...task, canvas: masks(size), endsAt: 'canvas' };
    }
    case 'expand':
      return { ...task, canvas: masks(Math.min(policy.from, most)), endsAt: 'either', growsTo: most };
  }
}
