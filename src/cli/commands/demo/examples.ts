/** A hole in one of the files in examples/: right behind the only place where `after` stands. */
export interface Example {
  readonly file: string;
  readonly language: string;
  readonly after: string;
}

/** One hole in a language each. Nothing is known about what the model will put there. */
export const EXAMPLES: readonly Example[] = [
  { file: 'examples/prices.ts', language: 'TypeScript', after: 'for (const item of items) {\n    ' },
  { file: 'examples/temperatures.py', language: 'Python', after: 'return None\n    return ' },
  { file: 'examples/notes.md', language: 'Markdown', after: 'Copy the home folder to ' },
];

/** Offset of the hole. Throws where the example does not have exactly one such place: then file and table do not fit. */
export function holeOf({ file, after }: Example, text: string): number {
  const first = text.indexOf(after);
  if (first === -1 || text.includes(after, first + 1)) {
    throw new Error(`${file} must contain ${JSON.stringify(after)} exactly once.`);
  }
  return first + after.length;
}
