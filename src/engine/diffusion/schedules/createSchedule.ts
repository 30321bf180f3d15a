import { InfillError } from '../../../shared/infillError.js';
import { CosineSchedule } from './cosineSchedule.js';
import { GeometricSchedule } from './geometricSchedule.js';
import { LogLinearSchedule } from './logLinearSchedule.js';
import { type NoiseSchedule, SCHEDULES } from './schedule.js';

/** @throws InfillError `invalid-request` for a schedule that does not exist. */
export function createSchedule(name: string): NoiseSchedule {
  switch (name) {
    case 'log-linear':
      return new LogLinearSchedule();
    case 'geometric':
      return new GeometricSchedule();
    case 'cosine':
      return new CosineSchedule();
    default:
      throw new InfillError(
        'invalid-request',
        `There is no noise schedule "${name}".`,
        `Choose one of: ${SCHEDULES.join(', ')}.`,
      );
  }
}
