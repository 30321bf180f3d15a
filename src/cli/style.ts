const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  inverse: [7, 27],
} as const;
export type StyleName = keyof typeof CODES;

/** Colours text, or leaves it as it is. */
export type Style = (name: StyleName, text: string) => string;

export const plain: Style = (_name, text) => text;

const coloured: Style = (name, text) => {
  const [on, off] = CODES[name];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};

/** Colours where a person looks at a terminal and has not asked for none (https://no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Style {
  const isUnwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return stream.isTTY === true && !isUnwanted ? coloured : plain;
}
