/** Which numbers an option may be. */
export interface OptionRange {
  readonly least: number;
  readonly most: number;
  /** Whether it is a whole number. */
  readonly whole: boolean;
  /** Whether `least` itself is too little. */
  readonly above?: boolean;
}

const SHARE: OptionRange = { least: 0, most: 1, whole: false };
const SOME: OptionRange = { ...SHARE, above: true };

/** What the engine takes. Settings, command line and JSON lines take the same, but for `NARROWER_RANGES`. */
export const OPTION_RANGES = {
  steps: { least: 1, most: 64, whole: true },
  deadlineMs: { least: 1, most: 60_000, whole: true },
  /** No model's canvas is longer; a request is never given a longer one than its model has. */
  maxTokens: { least: 1, most: 1024, whole: true },
  candidates: { least: 1, most: 8, whole: true },
  temperature: { least: 0, most: 2, whole: false },
  topP: SOME,
  seed: { least: -Number.MAX_SAFE_INTEGER, most: Number.MAX_SAFE_INTEGER, whole: true },
  minConfidence: SHARE,
  stopBelow: SHARE,
  /** The share of a selection that may be denoised again. */
  strength: SOME,
  /** Compute threads, 0 = number of physical cores. */
  threads: { least: 0, most: 256, whole: true },
} as const satisfies Record<string, OptionRange>;

/** The share of a selection that may be redone where nobody says. */
export const DEFAULT_STRENGTH = 0.3;

/** Where people are offered less than the engine takes. */
export const NARROWER_RANGES = {
  setting: {
    /** Less is no suggestion; more than the bundled model's canvas nobody waits for while typing. */
    maxTokens: { ...OPTION_RANGES.maxTokens, least: 8, most: 96 },
    candidates: { ...OPTION_RANGES.candidates, most: 5 },
    /** The settings editor knows no "above". */
    strength: { ...OPTION_RANGES.strength, least: 0.05, above: false },
    threads: { ...OPTION_RANGES.threads, most: 64 },
  },
  commandLine: {
    /** A minus would be read as the start of another option. */
    seed: { ...OPTION_RANGES.seed, least: 0, most: 2 ** 32 - 1 },
  },
} as const satisfies Record<string, Partial<Record<keyof typeof OPTION_RANGES, OptionRange>>>;

export function isInRange(value: number, { least, most, whole, above = false }: OptionRange): boolean {
  return value <= most && (above ? value > least : value >= least) && (!whole || Number.isInteger(value));
}

/** For a sentence that says what to write: "a whole number from 1 to 64". */
export function rangeInWords({ least, most, whole, above = false }: OptionRange): string {
  const kind = whole ? 'a whole number' : 'a number';
  return above ? `${kind} above ${least} and up to ${most}` : `${kind} from ${least} to ${most}`;
}
