import { errorCode } from '../../shared/errorCode.js';

/** Whether there is a process of this number, of whomever. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
