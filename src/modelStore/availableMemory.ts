import { freemem, totalmem } from 'node:os';

/** macOS counts memory that is only cached as used; so there the estimate is a share of all memory. */
const MACOS_SHARE = 0.6;

/**
 * Bytes of memory that a new process can have without pushing others out: what the system calls available (on Linux that
 * includes caches, and the limit of a container counts).
 */
export function availableMemory(): number {
  const free = Math.min(process.availableMemory(), freemem());
  return process.platform === 'darwin' ? Math.max(free, totalmem() * MACOS_SHARE) : free;
}
