import { readdirSync, readFileSync } from 'node:fs';

const TITLE = 'infill-inference';

/** Process ids of the inference processes that a workbench server started. Linux only, like the rig. */
export function workerProcesses(serverPid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(pid, 'cmdline').startsWith(TITLE) && processGroup(pid) === serverPid);
}

/** The server leads the group of all it starts. */
function processGroup(pid: number): number {
  // "pid (name) state parent group ...", where the name may hold anything
  return Number(read(pid, 'stat').split(') ').at(-1)?.split(' ')[2]);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it ended in the meantime
  }
}

/** Seconds that a process has computed so far; Linux only. */
export function cpuSeconds(pid: number): number {
  const fields = read(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  // From the state on: user and system time are the 12th and 13th, in hundredths of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
