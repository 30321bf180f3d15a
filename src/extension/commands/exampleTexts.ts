/** Where the cursor stands, or between two of them what is selected. */
export const MARK = '⟨⟩';

/** A small TypeScript file for each thing that can be tried in one. */
export const EXAMPLES = {
  suggest: `interface Task {
  title: string;
  done: boolean;
}

function countDone(tasks: Task[]): number {
  return tasks.filter((task) => ${MARK}).length;
}
`,
  denoise: `export function average(values: number[]): number {
${MARK}  let sum = 0;
  for (const value of values) {
    sum = sum - value;
  }
  return sum * values.length;
${MARK}}
`,
} as const;
