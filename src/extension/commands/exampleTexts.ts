import type { Span } from '../../shared/infillRequest.js';

/** Where the cursor stands, or between two of them what is selected. */
export const MARK = '⟨⟩';

/** A small TypeScript function for each thing that can be tried in one. */
export const EXAMPLES = {
  denoise: `export function average(values: number[]): number {
${MARK}  let sum = 0;
  for (const value of values) {
    sum = sum - value;
  }
  return sum * values.length;
${MARK}}
`,
  suggest: `export function countDone(tasks: Task[]): number {
  return tasks.filter((task) => ${MARK}).length;
}
`,
} as const;

export type ExampleKind = keyof typeof EXAMPLES;

/** The first line of the one document that holds them; known again by it. */
const TITLE = '// An example to try Infill in. It is not saved anywhere.\n';
const TASK = 'interface Task {\n  title: string;\n  done: boolean;\n}\n';

/** The document with all examples. */
export function exampleDocument(): string {
  return [TITLE, plain(EXAMPLES.denoise), TASK, plain(EXAMPLES.suggest)].join('\n');
}

/** An example as it begins, and what is selected of it. */
export function freshExample(kind: ExampleKind): { readonly text: string; readonly selected: Span } {
  const [before = '', selected = '', after] = EXAMPLES[kind].split(MARK);
  const end = after === undefined ? before.length : before.length + selected.length;
  return { text: plain(EXAMPLES[kind]), selected: { start: before.length, end } };
}

/** Where an example is now in a text, whatever was done in it; undefined where the text is no example document, or lacks it. */
export function exampleSpan(text: string, kind: ExampleKind): Span | undefined {
  const [head = ''] = EXAMPLES[kind].split('\n', 1);
  const start = text.startsWith(TITLE) ? text.indexOf(`\n${head}\n`) + 1 : 0;
  const end = text.indexOf('\n}\n', start) + '\n}\n'.length;
  return start > 0 && end > start ? { start, end } : undefined;
}

function plain(example: string): string {
  return example.replaceAll(MARK, '');
}
