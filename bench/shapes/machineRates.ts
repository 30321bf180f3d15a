import type { MachineSpeed } from '../../src/shared/modelImport.js';
import type { MeasuredShapes } from './measuredShapes.js';

/** The machine's rates: of those that were measured beside each shape the middle ones. */
export function speedOf({ shapes }: MeasuredShapes): MachineSpeed {
  const middle = (name: keyof MachineSpeed): number =>
    shapes.map(({ speed }) => speed[name]).sort((a, b) => a - b)[shapes.length >> 1]!;
  return {
    threads: middle('threads'),
    int8PerSecond: middle('int8PerSecond'),
    int4PerSecond: middle('int4PerSecond'),
    attentionPerSecond: middle('attentionPerSecond'),
    bytesPerSecond: middle('bytesPerSecond'),
  };
}
