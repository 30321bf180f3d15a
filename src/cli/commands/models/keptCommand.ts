import type { Command } from 'commander';
import { keptImports } from '../../../modelStore/add/keptImports.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { keptText } from './keptText.js';

export function addKeptCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('kept')
    .description('show what imports that were interrupted have left to go on with')
    .option('--json', 'print as JSON')
    .action(async (options: { readonly json?: boolean }) => finish(await showKept(options, io)));
}

async function showKept({ json }: { readonly json?: boolean }, io: CliIo): Promise<number> {
  const kept = await keptImports(dataFolder(io.env));
  if (json === true) {
    await writeJson(io.stdout, kept);
  } else {
    const lines = kept.map((each) => `${keptText(each)}\n`);
    await write(io.stdout, kept.length === 0 ? 'Nothing is kept.\n' : lines.join(''));
  }
  return EXIT.done;
}
