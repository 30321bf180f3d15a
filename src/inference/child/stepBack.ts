import { constants, getPriority, setPriority } from 'node:os';

/** The lowest priority there is, on every system. */
const LOWEST = constants.priority.PRIORITY_LOW;
/** On Windows a class below the normal one gets nothing at all while others of the normal one compute, so less than this is no step. */
const LEAST_CLASS = 5;

/**
 * Steps back behind the host, whose typing, language servers and builds go first. A new thread inherits this, so it comes before
 * the runtime starts its own.
 *
 * @param by how far, in units of niceness; Windows has one class below the normal one for it.
 * @throws where the system does not allow it.
 */
export function stepBack(by: number): void {
  setPriority(priorityBehind(hostPriority(), by, process.platform));
}

/** Never above the host's own, which may have stepped back behind others itself. */
export function priorityBehind(host: number, by: number, platform: NodeJS.Platform): number {
  return platform === 'win32'
    ? Math.max(host, by < LEAST_CLASS ? host : constants.priority.PRIORITY_BELOW_NORMAL)
    : Math.min(LOWEST, Math.max(0, host) + by);
}

/** That of this process is the host's from when it started it; the host's may have been lowered since. */
function hostPriority(): number {
  try {
    return Math.max(getPriority(), getPriority(process.ppid));
  } catch {
    return getPriority(); // the host is gone
  }
}
