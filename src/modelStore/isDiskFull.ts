import { errorCode } from '../shared/errorCode.js';

/** Whether an error says that the disk, or the person's share of it, takes no more. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
