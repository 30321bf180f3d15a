import type { InfillOptions } from '../../shared/infillOptions.js';
import type { StepTrace } from '../../shared/outcome.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { stepLimit } from '../../shared/stepLimit.js';
import { visibleText } from '../../shared/visibleText.js';
import type { CliIo, OutputStream } from './cliIo.js';
import { plain, type Style, styleFor } from './style.js';

const MASK = '░';
/** Around what is only drafted: masked positions, with what was last thought likeliest there. */
const DRAFT = ['‹', '›'] as const;
/** Blanks that would break the picture, drawn. */
const DRAWN: ReadonlyMap<string, string> = new Map(Object.entries({ '\n': '⏎', '\r': '', '\t': '⇥' }));

/** Shows the canvas after each step, one line each: what the step has just committed, and the draft of what is still masked. */
export class StepPrinter {
  #last = performance.now();

  constructor(
    private readonly output: OutputStream,
    private readonly style: Style,
    private readonly steps: number,
  ) {}

  readonly onStep = (trace: StepTrace): void => {
    const now = performance.now();
    // Before the first step the context is read, so only from the second on the time between two steps is a step's.
    const ms = trace.ms ?? (trace.step === 0 ? undefined : now - this.#last);
    this.#last = now;
    const digits = String(this.steps).length;
    const part = trace.part === undefined ? '' : `part ${trace.part.index + 1}/${trace.part.count} `;
    const kind = trace.kind.padEnd('denoise'.length);
    const head = `${part}step ${String(trace.step + 1).padStart(digits)}/${this.steps} ${formatMs(ms)}  ${kind}  `;
    const canvas = drawCanvas(trace, this.style, this.#width() - head.length - 1);
    this.output.write(`${this.style('dim', head)}${canvas}\n`);
  };

  /** Some terminals do not tell their width, or say 0. */
  #width(): number {
    const { columns = 0 } = this.output;
    return columns > 0 ? columns : Infinity;
  }
}

/**
 * The printer for a command's options, if any: steps are shown to a person at a terminal, and otherwise where they were asked
 * for, apart from the result.
 *
 * @param model whose own sampler may take fewer steps than were asked for
 */
export function stepPrinter(
  { json, trace }: { readonly json?: boolean; readonly trace?: boolean },
  options: InfillOptions,
  model: ModelInfo,
  { stdout, stderr, env }: CliIo,
): StepPrinter | undefined {
  if (json === true) {
    return undefined;
  }
  const steps = stepLimit(options, model.steps.most);
  if (stdout.isTTY === true) {
    return new StepPrinter(stdout, styleFor(stdout, env), steps);
  }
  return trace === true ? new StepPrinter(stderr, plain, steps) : undefined;
}

function formatMs(ms: number | undefined): string {
  return `${ms === undefined ? '' : ms.toFixed(ms < 10 ? 1 : 0)} ms`.padStart(8);
}

/** The canvas as one line of at most `width` characters. */
export function drawCanvas({ canvas, draft, commits }: StepTrace, style: Style, width: number): string {
  const fresh = new Set(commits.map(({ position }) => position));
  const [open, close] = DRAFT;
  const shown = canvas.map((token, position) => token ?? draft[position] ?? undefined);
  const isDraft = (position: number): boolean => canvas[position] === null && (shown[position] ?? '') !== '';
  const parts: string[] = [];
  let room = width;
  for (const [position, token] of canvas.entries()) {
    const text = shown[position] === undefined ? MASK : draw(shown[position]);
    const begins = isDraft(position) && !isDraft(position - 1) ? open : '';
    const ends = isDraft(position) && !isDraft(position + 1) ? close : '';
    const drawn = `${begins}${text}${ends}`;
    const length = Array.from(drawn).length;
    if (length > room) {
      parts.push('…');
      break;
    }
    room -= length;
    parts.push(
      token === null ? style('dim', drawn) : fresh.has(position) ? style('green', style('bold', drawn)) : drawn,
    );
  }
  return parts.join('');
}

function draw(token: string): string {
  return visibleText(token.replace(/[\n\r\t]/g, (blank) => DRAWN.get(blank) ?? blank));
}
