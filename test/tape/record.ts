import { availableParallelism } from 'node:os';
import { runScenario } from './runScenario.js';
import type { Scenario } from './scenario.js';
import { addEntries, type Entries } from './tape.js';

/** Runs scenarios, as many at once as there are processors; each runs with one thread, so they do not change each other. */
export async function record(
  scenarios: readonly Scenario[],
  cli: string,
  onDone: (name: string) => void = () => undefined,
): Promise<Entries> {
  const entries: Entries = {};
  const waiting = [...scenarios];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      addEntries(entries, await runScenario(next, cli));
      onDone(next.name);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return entries;
}
