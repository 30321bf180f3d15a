/**
 * Milliseconds of processor time that this process needs for `work`: how long something takes must not depend on what else the
 * machine does meanwhile.
 */
export async function processorMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
