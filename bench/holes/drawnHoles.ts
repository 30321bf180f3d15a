import { seededRandom } from '../../src/engine/diffusion/random.js';

/** A document of which some texts are taken out. */
export interface DrawnHoles {
  readonly languageId: string;
  /** What stands before the first hole, between each and the next, and after the last. */
  readonly parts: readonly string[];
  /** What stood in each hole. */
  readonly texts: readonly string[];
}

/** A text of a project, as `python -m training.data` writes them: a line of JSON. */
export interface SourceText {
  readonly language: string;
  readonly text: string;
}

/** How far apart a name and its use are at most, and how much of a file is given on either side of them; UTF-16 units. */
const FARTHEST = 1500;
const AROUND = 4000;
/** A name where it is declared: behind a keyword, or as a parameter. */
const DECLARED =
  /(?:\b(?:const|let|var|for|def|function|class)\s+\(?|\b(?:def|function)\s+\w+\(|\(|,\s*)([\p{L}_$][\p{L}\p{N}_$]{2,})\s*(?=[=,):]|\bin\b|\bof\b)/dgu;
const CODE_LINE = /^[ \t]*[\p{L}_$][^\n]{8,}$/u;

/**
 * A name and its later use: a name that stands at exactly two places of a text, the first of which declares it. Nothing but these two tells
 * what it is. Undefined where there is none.
 */
export function relatedHoles({ language, text }: SourceText, seed: number): DrawnHoles | undefined {
  const random = seededRandom(seed);
  const pairs = [...text.matchAll(DECLARED)].flatMap(({ indices }): (readonly [number, number, string])[] => {
    const [start, end] = indices![1]!;
    const name = text.slice(start, end);
    const places = [
      ...text.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_$])${name.replaceAll('$', '\\$')}(?![\\p{L}\\p{N}_$])`, 'gu')),
    ];
    const use = places[1]?.index ?? 0;
    const isPair = places.length === 2 && places[0]!.index === start && use - start <= FARTHEST;
    return isPair && text.slice(start, use).includes('\n') ? [[start, use, name]] : [];
  });
  if (pairs.length === 0) return undefined;
  const [first, second, name] = pairs[Math.floor(random.uniform() * pairs.length)]!;
  const { length } = name;
  return {
    languageId: language,
    parts: [
      text.slice(Math.max(0, first - AROUND), first),
      text.slice(first + length, second),
      text.slice(second + length, second + length + AROUND),
    ],
    texts: [name, name],
  };
}

/** So many lines of a text, each from some place in it to its end. Undefined where the text has too few. */
export function lineHoles(
  { language, text }: SourceText,
  count: number,
  within: number,
  seed: number,
): DrawnHoles | undefined {
  const random = seededRandom(seed);
  const lines = text.split('\n');
  const from = Math.floor(random.uniform() * Math.max(1, lines.length - within));
  const starts = lines.map((_, i) => lines.slice(0, i).reduce((sum, line) => sum + line.length + 1, 0));
  const chosen = [...lines.keys()]
    .slice(from, from + within)
    .filter((i) => CODE_LINE.test(lines[i]!))
    .map((i) => ({ i, order: random.uniform() }))
    .toSorted((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ i }) => i)
    .toSorted((a, b) => a - b);
  if (chosen.length < count) return undefined;
  const spans = chosen.map((i) => {
    const line = lines[i]!;
    const indent = line.length - line.trimStart().length;
    const at = indent + Math.floor(random.uniform() * (line.length - indent));
    return { start: starts[i]! + at, end: starts[i]! + line.length };
  });
  const first = Math.max(0, spans[0]!.start - AROUND);
  const last = spans.at(-1)!.end + AROUND;
  const edges = [first, ...spans.flatMap(({ start, end }) => [start, end]), last];
  const pieces = edges.slice(1).map((end, i) => text.slice(edges[i], end));
  return {
    languageId: language,
    parts: pieces.filter((_, i) => i % 2 === 0),
    texts: pieces.filter((_, i) => i % 2 === 1),
  };
}
