import * as os from 'node:os';

/** What the computer is and how busy it is, as far as it decides how fast a model runs. Free memory and load are those of now. */
export function machineFacts(): Record<string, string> {
  const cpus = os.cpus();
  const models = [...new Set(cpus.map(({ model }) => model.trim()))].filter((model) => model !== '');
  const usable = os.availableParallelism();
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return {
    CPU: models.join(', ') || 'unknown',
    'Logical processors': usable < cpus.length ? `${cpus.length}, of which ${usable} may be used` : `${usable}`,
    Memory: `${gib(os.totalmem())} GiB, ${gib(os.freemem())} GiB free`,
    Load: loadInWords(os.loadavg(), os.platform()),
  };
}

/** @param averages processes that ran or waited, over 1, 5 and 15 minutes; zeros on Windows, which does not count them */
export function loadInWords(averages: readonly number[], platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? 'not known on Windows'
    : `${averages.map((each) => each.toFixed(2)).join(', ')} (1, 5, 15 minutes)`;
}
