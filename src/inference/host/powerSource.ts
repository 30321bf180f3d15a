import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

/** What the computer runs on; undefined = not known. */
export type PowerSource = 'battery' | 'mains' | undefined;

const SUPPLIES = '/sys/class/power_supply';
const PMSET_LIMIT_MS = 5000;

/**
 * VS Code tells extensions nothing of this: what it has is a proposal, which published ones may not use. So the system is asked: on
 * Linux a few small files are read, on macOS `pmset` is run, elsewhere it is not known.
 */
export async function powerSource(platform: NodeJS.Platform = process.platform): Promise<PowerSource> {
  try {
    switch (platform) {
      case 'linux':
        return await ofSupplies(SUPPLIES);
      case 'darwin': {
        const { stdout } = await promisify(execFile)('/usr/bin/pmset', ['-g', 'batt'], { timeout: PMSET_LIMIT_MS });
        return ofPmset(stdout);
      }
      default:
        return undefined;
    }
  } catch {
    return undefined; // such a system does not tell
  }
}

/** @param folder with a folder for each supply, as the kernel shows them: its type and, of a battery, whether it discharges */
export async function ofSupplies(folder: string): Promise<PowerSource> {
  const supplies = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const read = async (what: string): Promise<string> =>
        (await readFile(path.join(folder, name, what), 'utf8').catch(() => '')).trim();
      const [type, status, scope, online] = await Promise.all([
        read('type'),
        read('status'),
        read('scope'),
        read('online'),
      ]);
      return { type, status, online, isOfDevice: scope === 'Device' }; // such as the battery of a mouse
    }),
  );
  const ofSystem = supplies.filter(({ isOfDevice }) => !isOfDevice);
  if (ofSystem.some(({ type, online }) => type === 'Mains' && online === '1')) {
    return 'mains'; // one of it is enough, whatever a battery does beside it
  }
  return ofSystem.some(({ type, status }) => type === 'Battery' && status === 'Discharging') ? 'battery' : 'mains';
}

/** @param output of `pmset -g batt`, whose first line names the source */
export function ofPmset(output: string): PowerSource {
  const [, source] = /^Now drawing from '([^']*)'/m.exec(output) ?? [];
  return source === undefined ? undefined : source === 'Battery Power' ? 'battery' : 'mains';
}
