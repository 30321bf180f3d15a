import path from 'node:path';
import { ROOT } from './scenario.js';
import type { Json } from './tape.js';

/** Members that are times. */
const TIMES: ReadonlySet<string> = new Set(['ms', 'loadMs']);

/** What the program says without what differs from run to run and from machine to machine: times, and where folders are. */
export class Unvarying {
  readonly #places: readonly (readonly [place: string, shown: string])[];

  constructor(folder: string, cli: string) {
    this.#places = [
      [folder, '<FOLDER>'],
      [path.resolve(ROOT), '<ROOT>'],
      [path.dirname(path.dirname(cli)), '<ROOT>'],
    ];
  }

  text(text: string): string {
    return this.#withoutPlaces(text)
      .replace(/^(?:Converting|Comparing|Verifying|Copying).*\n/gmu, '') // progress: as often as there was time
      .replace(/^ +at .*\n/gmu, '') // places in the program of an unexpected error
      .replace(/^(?=.*\bsteps +used +passes +ms\b)[^]*$/u, (table) => table.replace(/ {2,}/gu, ' ')) // as wide as times are long
      .replace(/ *[\d.]* ms\b/gu, ' # ms');
  }

  json(value: Json): Json {
    if (typeof value === 'string') return this.#withoutPlaces(value);
    if (Array.isArray(value)) return value.map((one) => this.json(one));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).filter(([key]) => !TIMES.has(key));
    return Object.fromEntries(members.map(([key, member]) => [key, this.json(member)]));
  }

  #withoutPlaces(text: string): string {
    let shown = text;
    for (const [place, name] of this.#places) shown = shown.replaceAll(place, name);
    return shown;
  }
}
