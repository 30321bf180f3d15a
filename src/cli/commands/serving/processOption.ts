import { Option } from 'commander';
import { numberIn } from '../../input/commandOptions.js';

const PROCESS = { least: 1, most: 2 ** 32 - 1, whole: true };

/** By which a program that starts this one names itself; a person has no use for it. @param flags the option's name and `<pid>` */
export function processOption(flags: string): Option {
  return new Option(flags, 'end when this process has ended').argParser(numberIn(PROCESS)).hideHelp();
}
