import { readFile, writeFile } from 'node:fs/promises';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** What was said, by the name of what was asked. */
export type Entries = Record<string, Json>;

/** Adds `more` to `entries`. A name that is there already would hide what was said before. */
export function addEntries(entries: Entries, more: Entries): void {
  for (const [name, entry] of Object.entries(more)) {
    if (Object.hasOwn(entries, name)) throw new Error(`Two requests are called "${name}".`);
    entries[name] = entry;
  }
}

const ABOUT =
  'What the command line answers. An entry is named SCENARIO/CALL, or SCENARIO/CALL/LINE for one line of "fill --jsonl"; the requests behind the names stand in test/tape/requests, in a file for the first word.';

export async function writeTape(file: string, entries: Entries): Promise<void> {
  const names = Object.keys(entries).sort();
  // One entry a line, so that a difference between two tapes is a line too.
  const lines = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(entries[name])}`);
  await writeFile(file, `{"about":${JSON.stringify(ABOUT)},"entries":{\n${lines.join(',\n')}\n}}\n`);
}

export async function readTape(file: string): Promise<Entries> {
  return (JSON.parse(await readFile(file, 'utf8')) as { readonly entries: Entries }).entries;
}
