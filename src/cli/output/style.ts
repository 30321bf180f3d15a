import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';

export type StyleName = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'inverse';

/**
 * Stands for the escape character in our own text until it is written, when real ones are made visible. Text from elsewhere cannot
 * hold it, because nobody knows it before the program runs.
 */
const ESCAPE = `<${randomUUID()}>`;

/** Our own control sequences become real. */
export function asControlSequences(text: string): string {
  return text.replaceAll(ESCAPE, '\u001b');
}

/** Goes back to the start of a terminal's line and empties it. */
export const CLEAR_LINE = `${ESCAPE}[G${ESCAPE}[2K`;

/** Colours text, or leaves it as it is. What it answers is to be written through SafeOutput. */
export type Style = (name: StyleName, text: string) => string;

export const plain: Style = (_name, text) => text;

/** Node's styleText has the same codes, but writes real control sequences, which could not be told from those in foreign text. */
const coloured: Style = (name, text) => {
  const codes = inspect.colors[name];
  return text === '' || codes === undefined ? text : `${ESCAPE}[${codes[0]}m${text}${ESCAPE}[${codes[1]}m`;
};

/** Colours where a person looks at a terminal and has not asked for none (https://no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Style {
  const isUnwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return stream.isTTY === true && !isUnwanted ? coloured : plain;
}
