import type { Command } from 'commander';
import { realpath } from 'node:fs/promises';
import { discardKept, keptImports } from '../../../modelStore/add/keptImports.js';
import { dataFolder } from '../../../modelStore/dataFolder.js';
import { writtenPath } from '../../../modelStore/modelFolder.js';
import { type CliIo, EXIT, write, writeJson } from '../../output/cliIo.js';
import { keptText, megabytes } from './keptText.js';
import { confirmed } from './confirmed.js';

interface DiscardOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addDiscardCommand(models: Command, io: CliIo, finish: (exitCode: number) => void): void {
  models
    .command('discard')
    .description('delete what interrupted imports have left; models that were added stay')
    .argument('[source]', 'as "infill models kept" shows it (default: all of it)')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print as JSON')
    .action(async (source: string | undefined, options: DiscardOptions) => finish(await discard(source, options, io)));
}

async function discard(text: string | undefined, { yes, json }: DiscardOptions, io: CliIo): Promise<number> {
  const data = dataFolder(io.env);
  const source = await knownSource(text, data, io.cwd);
  if (yes !== true && source === undefined) {
    const kept = await keptImports(data);
    const question = kept.map((each) => `${keptText(each)}\n`).join('');
    if (kept.length > 0 && !(await confirmed(`${question}Delete all of it?`, io))) {
      return EXIT.nothing;
    }
  }
  const discarded = await discardKept(data, source, io.signal);
  const bytes = discarded.reduce((sum, each) => sum + each.bytes, 0);
  await (json === true ? writeJson(io.stdout, discarded) : write(io.stdout, `Deleted ${megabytes(bytes)}.\n`));
  return EXIT.done;
}

/** What is kept is called by the repository, whatever the revision, or by the folder's own path. */
async function knownSource(text: string | undefined, data: string, cwd: string): Promise<string | undefined> {
  if (text === undefined) return undefined;
  const folder = writtenPath(text, { base: cwd });
  const names = [text, text.replace(/@.*$/, ''), folder, await realpath(folder).catch(() => folder)];
  const kept = await keptImports(data);
  return kept.find(({ source }) => names.includes(source))?.source ?? text;
}
