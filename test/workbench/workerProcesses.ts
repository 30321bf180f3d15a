import { readdirSync, readFileSync } from 'node:fs';

/** Where the windows of one server meet, and those of no other one. */
const MEETING = /(?:^|\0)XDG_RUNTIME_DIR=([^\0]*)/u;

/**
 * Process ids of the inference processes that a workbench server's windows use. They are in no group of its own, since they serve other
 * windows too. Linux only, like the rig.
 */
export function workerProcesses(serverPid: number): number[] {
  return processesTitled('infill-inference', serverPid);
}

/** Process ids of the relays, one for each window that has the model. */
export function relayProcesses(serverPid: number): number[] {
  return processesTitled('infill-window', serverPid);
}

function processesTitled(title: string, serverPid: number): number[] {
  const meeting = meetingOf(serverPid);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => read(pid, 'cmdline').startsWith(title) && meetingOf(pid) === meeting);
}

function meetingOf(pid: number): string | undefined {
  return MEETING.exec(read(pid, 'environ'))?.[1];
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
