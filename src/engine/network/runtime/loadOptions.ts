import type { Device } from '../../../shared/infillOptions.js';
import type { WeightSign } from './saturationProbe.js';

export interface PartsOptions {
  readonly device: Device;
  readonly threads: number;
  /** How weights enter int8 products; by default this machine is asked. */
  readonly weightSign?: WeightSign;
}
