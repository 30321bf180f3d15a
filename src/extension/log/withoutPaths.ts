import { homedir } from 'node:os';

/** What may stand in a name of a path that is written in a sentence, in JSON or in a stack trace. */
const NAME = String.raw`[^\s"'\x60|<>:;,()[\]{}*?/\\]+`;
/** Not within a longer word, path, address or pattern. */
const BEGIN = String.raw`(?<![\w.~…*/\\-])`;
const POSIX = new RegExp(`${BEGIN}/(?:${NAME}/)+(${NAME})`, 'gu');
/** Backslashes are doubled where JSON writes them. */
const WINDOWS = new RegExp(String.raw`${BEGIN}[A-Za-z]:[\\/]{1,2}(?:${NAME}[\\/]{1,2})*(${NAME})`, 'gu');
const NETWORK = new RegExp(String.raw`${BEGIN}\\{2,4}(?:${NAME}\\{1,2})+(${NAME})`, 'gu');

/**
 * Absolute paths tell who a person is and what they work on: the home folder becomes `~`, and of other ones the last name stays. Texts
 * that leave the computer are made of this: the log, lists that are photographed, diagnostics.
 */
export function withoutPaths(text: string, home = homedir()): string {
  return [home, JSON.stringify(home).slice(1, -1)]
    .filter((path) => path.length > 1)
    .reduce((rest, path) => rest.replaceAll(path, '~'), text.replaceAll(/file:\/\/(?=\/)/g, ''))
    .replaceAll(WINDOWS, '…/$1')
    .replaceAll(NETWORK, '…/$1')
    .replaceAll(POSIX, '…/$1');
}
