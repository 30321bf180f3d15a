import { readFile } from 'node:fs/promises';
import os from 'node:os';

/**
 * Number of physical cores that this process may use. Matrix products gain nothing from a second thread on one core.
 * Linux tells which logical processors share a core; elsewhere half of the logical ones of an x86 machine is the best guess
 * (Apple's and most other arm64 cores run one thread each).
 */
export async function physicalCores(): Promise<number> {
  const logical = os.availableParallelism();
  if (process.platform === 'linux') {
    const cores = coresFromCpuinfo(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
    return cores > 0 ? Math.min(cores, logical) : logical;
  }
  return process.arch === 'x64' ? Math.max(1, Math.floor(logical / 2)) : logical;
}

/** Distinct pairs of package and core in the text of Linux's /proc/cpuinfo; 0 where it does not name them (arm64, some VMs). */
export function coresFromCpuinfo(text: string): number {
  const cores = new Set<string>();
  let socket = '0';
  for (const line of text.split('\n')) {
    const [key, value] = line.split(':').map((part) => part.trim());
    if (key === 'physical id') socket = value ?? '0';
    if (key === 'core id') cores.add(`${socket}/${value ?? ''}`);
  }
  return cores.size;
}
