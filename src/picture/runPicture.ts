import type { FrameToken, RunFrame } from './runFrame.js';

export interface PictureOptions {
  /** Text before and after the canvas; only the lines next to it are drawn. */
  readonly before: string;
  readonly after: string;
  readonly frames: readonly RunFrame[];
  /** Said to those who do not see the picture. */
  readonly title: string;
}

/** Lines of the text around that are drawn. */
const LINES_AROUND = 3;
const COLUMNS = 100;
const FRAME_SECONDS = 0.7;
/** The last frame stays longer, to be read. */
const LAST_FRAMES = 4;
/** Pixels. */
const [COLUMN, LINE, MARGIN] = [7.8, 20, 14];
const TAB = '  ';
const MASK = '░';

interface Piece {
  readonly text: string;
  readonly kind: 'around' | FrameToken['state'];
  readonly fresh: boolean;
  readonly confidence: number;
}

interface Placed extends Piece {
  readonly column: number;
  readonly line: number;
}

/**
 * An animated picture of a run: SVG with CSS, without scripts, fonts or anything else from outside. It shows the canvas step by step
 * between the lines around it, the surer the darker, and follows the viewer's colour scheme; who wants no motion sees the last frame.
 *
 * @returns an SVG document
 */
export function runPicture({ before, after, frames, title }: PictureOptions): string {
  const drawn = frames.map(({ tokens }) => placed(piecesOf(before, tokens, after)));
  const lines = Math.max(...drawn.flat().map(({ line }) => line), 0) + 1;
  const columns = Math.max(...drawn.flat().map(({ column, text }) => column + text.length), COLUMNS / 2);
  const width = Math.ceil(2 * MARGIN + columns * COLUMN);
  const height = 2 * MARGIN + (lines + 1) * LINE;
  const total = frames.length - 1 + LAST_FRAMES;
  const groups = drawn.map((pieces, at) => {
    const isLast = at === drawn.length - 1;
    const label = labelOf(frames[at], frames.length - 1);
    const y = MARGIN + (lines + 0.8) * LINE;
    return `<g class="f${isLast ? ' last' : ''}" style="animation-name:k${String(at)}">${pieces.map(drawPiece).join('')}<text class="label" x="${String(MARGIN)}" y="${String(y)}">${label}</text></g>`;
  });
  const keyframes = drawn.map((_, at) => keyframesOf(at, drawn.length, total));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" role="img">
<title>${escaped(title)}</title>
<style>
svg { background: #fff; font: 13px ui-monospace, Menlo, Consolas, monospace }
text { fill: #1f2328; white-space: pre }
.around { fill: #6e7781 } .draft { fill: #8250df; font-style: italic } .masked { fill: #afb8c1 } .label { fill: #6e7781 }
rect { fill: #2da44e }
.f { visibility: hidden; animation: ${String(total * FRAME_SECONDS)}s step-end infinite }
@media (prefers-color-scheme: dark) { svg { background: #0d1117 } text { fill: #e6edf3 } .around, .label { fill: #8b949e } .draft { fill: #d2a8ff } .masked { fill: #484f58 } }
@media (prefers-reduced-motion: reduce) { .f { animation: none } .last { visibility: visible } }
${keyframes.join('\n')}
</style>
${groups.join('\n')}
</svg>
`;
}

function keyframesOf(at: number, count: number, total: number): string {
  const percent = (frame: number): string => `${((100 * frame) / total).toFixed(3)}%`;
  const steps: string[] = [];
  if (at > 0) steps.push('0% { visibility: hidden }');
  steps.push(`${percent(at)} { visibility: visible }`);
  if (at < count - 1) steps.push(`${percent(at + 1)} { visibility: hidden }`);
  return `@keyframes k${String(at)} { ${steps.join(' ')} }`;
}

function labelOf(frame: RunFrame | undefined, steps: number): string {
  if (frame === undefined || frame.step === 0) return `0 of ${String(steps)}`;
  const ms = frame.ms === undefined ? '' : ` · ${frame.ms.toFixed(0)} ms`;
  return `${String(frame.step)} of ${String(steps)}${ms}`;
}

function piecesOf(before: string, tokens: readonly FrameToken[], after: string): readonly Piece[] {
  const around = (text: string): Piece => ({ text, kind: 'around', fresh: false, confidence: 1 });
  return [
    around(before.split('\n').slice(-LINES_AROUND).join('\n')),
    ...tokens.map(({ text, state, fresh, confidence = 1 }): Piece => ({
      text: state === 'masked' ? MASK : text,
      kind: state,
      fresh,
      confidence,
    })),
    around(after.split('\n').slice(0, LINES_AROUND).join('\n')),
  ];
}

/** Where each piece stands; one that has line breaks in it, or is too long for a line, is several. */
function placed(pieces: readonly Piece[]): readonly Placed[] {
  const result: Placed[] = [];
  let [line, column] = [0, 0];
  for (const piece of pieces) {
    const parts = piece.text.replaceAll('\r', '').replaceAll('\t', TAB).split('\n');
    for (const [at, part] of parts.entries()) {
      if (at > 0) [line, column] = [line + 1, 0];
      for (let rest = part; rest !== '';) {
        if (column >= COLUMNS) [line, column] = [line + 1, 0];
        const text = rest.slice(0, COLUMNS - column);
        result.push({ ...piece, text, column, line });
        column += text.length;
        rest = rest.slice(text.length);
      }
    }
  }
  return result;
}

function drawPiece({ text, kind, fresh, confidence, column, line }: Placed): string {
  const [x, y] = [MARGIN + column * COLUMN, MARGIN + line * LINE];
  const width = text.length * COLUMN;
  // The surer, the stronger; what this step settled is underlined besides.
  const shade = `<rect x="${x.toFixed(1)}" y="${String(y)}" width="${width.toFixed(1)}" height="${String(LINE - 2)}" opacity="${(0.05 + 0.3 * confidence).toFixed(2)}"/>`;
  const mark = `<rect x="${x.toFixed(1)}" y="${String(y + LINE - 4)}" width="${width.toFixed(1)}" height="2"/>`;
  const word = `<text class="${kind}" x="${x.toFixed(1)}" y="${(y + 0.7 * LINE).toFixed(1)}" textLength="${width.toFixed(1)}">${escaped(text)}</text>`;
  return `${kind === 'settled' ? shade : ''}${fresh ? mark : ''}${word}`;
}

const ENTITIES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

function escaped(text: string): string {
  // Most control characters are not allowed in XML at all.
  const allowed = text.replaceAll(/[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/gu, '\ufffd');
  return allowed.replaceAll(/[&<>"]/gu, (character) => ENTITIES.get(character) ?? character);
}
