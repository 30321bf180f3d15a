/** How readily Infill suggests while a person types, in plain words, from the quietest on. */
export const EAGERNESS = ['asked', 'careful', 'balanced', 'eager'] as const;
export type Eagerness = (typeof EAGERNESS)[number];

/** What a word stands for. */
interface Meaning {
  /** Suggestions that are right with a lower chance are not shown. */
  readonly minimumConfidence: number;
  /** How many times as long as usual a pause must be. */
  readonly pace: number;
}

/**
 * Of 59 held-out answers of the bundled model, those with at least even odds began right in 7 of 10 cases, all together in less than
 * half of them: `careful` shows the former. Few of those below 0.05 are of any use.
 */
const MEANINGS: Readonly<Record<Exclude<Eagerness, 'asked' | 'balanced'>, Meaning>> = {
  careful: { minimumConfidence: 0.5, pace: 1.75 },
  eager: { minimumConfidence: 0.05, pace: 0.5 },
};

/** The settings that a word stands for; see Settings. */
interface Dialled<Delay> {
  readonly automatic: boolean;
  readonly minimumConfidence: number;
  readonly delay: Delay & { readonly pace?: number };
}

/**
 * @param own the three settings that the word stands for, as they are set or by default
 * @param isSet whether a person has set one of them: what is set counts more than the word
 */
export function withEagerness<Delay>(
  eagerness: Eagerness,
  own: Dialled<Delay>,
  isSet: (key: 'minimumConfidence' | 'delay.mode') => boolean,
): Dialled<Delay> {
  if (eagerness === 'asked') {
    return { ...own, automatic: false };
  }
  if (eagerness === 'balanced') {
    return own;
  }
  const { minimumConfidence, pace } = MEANINGS[eagerness];
  return {
    automatic: own.automatic,
    minimumConfidence: isSet('minimumConfidence') ? own.minimumConfidence : minimumConfidence,
    delay: isSet('delay.mode') ? own.delay : { ...own.delay, pace },
  };
}
