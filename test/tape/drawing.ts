import { ONE_THREAD, type Call, type Line } from './scenario.js';

/** A text in which `│` marks the cursor, or `⟦` and `⟧` a selection with `‹` and `›` around what must not change in it. */
export interface Drawing {
  readonly name: string;
  /** Its ending says the language. */
  readonly file: string;
  /** For requests without a file. */
  readonly language: string;
  readonly drawn: string;
}

const MARKS = /[│⟦⟧‹›]/gu;

/** The text without marks, and where these stand, as the command line wants positions. */
function marked({ drawn }: Drawing): { readonly text: string; readonly places: readonly string[] } {
  const places: string[] = [];
  let text = '';
  for (const part of drawn.split(/([│⟦⟧‹›])/u)) {
    if (part.length === 1 && '│⟦⟧‹›'.includes(part)) {
      const lines = text.split(/\r\n|\r|\n/u);
      places.push(`${part}${lines.length}:${lines.at(-1)!.length + 1}`);
    } else {
      text += part;
    }
  }
  return { text, places };
}

/** Fills in at the cursor, in a process of its own. */
export function fillAt(drawing: Drawing, name: string, options: readonly string[]): Call {
  const { text, places } = marked(drawing);
  const { file } = drawing;
  return {
    name,
    args: ['fill', file, '--at', places[0]!.slice(1), ...ONE_THREAD, ...options],
    files: { [file]: text },
  };
}

/** Every sampler and number of steps that `options` names, at the cursor. */
export function compareAt(drawing: Drawing, name: string, options: readonly string[]): Call {
  const { text, places } = marked(drawing);
  const { file } = drawing;
  return {
    name,
    args: ['compare', file, '--at', places[0]!.slice(1), ...ONE_THREAD, ...options],
    files: { [file]: text },
  };
}

/** Denoises the selection and keeps its pins. */
export function denoiseAt(drawing: Drawing, name: string, options: readonly string[]): Call {
  const { text, places } = marked(drawing);
  const { file } = drawing;
  const ofMark = (mark: string): string[] => places.filter((place) => place.startsWith(mark)).map((p) => p.slice(1));
  const range = `${ofMark('⟦')[0]!}-${ofMark('⟧')[0]!}`;
  const ends = ofMark('›');
  const pins = ofMark('‹').flatMap((start, i) => ['--pin', `${start}-${ends[i]!}`]);
  return {
    name,
    args: ['denoise', file, '--range', range, ...pins, ...ONE_THREAD, ...options],
    files: { [file]: text },
  };
}

/** A line for `fill --jsonl`. */
export function lineOf({ name, language, drawn }: Drawing, more: { steps?: number; maxTokens?: number } = {}): Line {
  const [prefix = '', suffix = ''] = drawn.split('│');
  const suffixes = Object.entries(more).map(([key, value]) => ` ${key} ${value}`);
  const full = name + suffixes.join('');
  return { name: full, request: { id: full, prefix: prefix.replace(MARKS, ''), suffix, language, ...more } };
}

/** Many requests for one process. */
export function fillLines(name: string, options: readonly string[], lines: readonly Line[]): Call {
  return { name, args: ['fill', '--jsonl', ...ONE_THREAD, ...options], lines };
}
