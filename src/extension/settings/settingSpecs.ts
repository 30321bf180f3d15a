import { DEVICES, LENGTHS, MULTILINE_POLICIES, REMASKINGS, SAMPLERS } from '../../shared/infillOptions.js';
import { DEFAULT_STRENGTH, NARROWER_RANGES, OPTION_RANGES, type OptionRange } from '../../shared/optionRanges.js';
import { SECRET_FILES } from '../../workspace/secretFiles.js';
import { EAGERNESS } from './eagerness.js';

/** What a computer on its battery does without being asked: the same as ever, or nothing. */
const ON_BATTERY = ['asUsual', 'asked'] as const;
export type OnBattery = (typeof ON_BATTERY)[number];

const DELAY_MODES = ['adaptive', 'fixed'] as const;
export type DelayMode = (typeof DELAY_MODES)[number];

const PROJECT_MODES = ['on', 'openFiles', 'off'] as const;
export type ProjectMode = (typeof PROJECT_MODES)[number];

const LIVE_MODES = ['off', 'asked', 'always'] as const;
export type LiveMode = (typeof LIVE_MODES)[number];

/** Who fills in while the server does not: this computer, or nobody. */
const UNREACHABLE = ['localModel', 'nothing'] as const;
export type WhenUnreachable = (typeof UNREACHABLE)[number];
/** Whose model is asked in the place of the one on this computer: the names of `HOSTED_PROVIDERS`. */
const HOSTED = ['off', 'inception', 'openai'] as const;
export type HostedChoice = (typeof HOSTED)[number];

/** The choice that leaves it to the model. */
export const AS_MODEL = 'model';

/**
 * Every setting's type, default and range, by its name without `infill.`. package.json holds the same for the settings
 * editor; a test asserts that both agree.
 */
export const SETTING_SPECS = {
  enabled: { type: 'boolean', default: true },
  automatic: { type: 'boolean', default: true },
  eagerness: { type: 'choice', default: 'balanced', choices: EAGERNESS },
  onBattery: { type: 'choice', default: 'asUsual', choices: ON_BATTERY },
  multiline: { type: 'choice', default: 'auto', choices: MULTILINE_POLICIES },
  maxTokens: { type: 'integer', default: 64, ...ends(NARROWER_RANGES.setting.maxTokens) },
  alternatives: { type: 'integer', default: 3, ...ends(NARROWER_RANGES.setting.candidates) },
  minimumConfidence: { type: 'number', default: 0.15, ...ends(OPTION_RANGES.minConfidence) },
  'delay.mode': { type: 'choice', default: 'adaptive', choices: DELAY_MODES },
  'delay.milliseconds': { type: 'integer', default: 250, minimum: 0, maximum: 2000 },
  excludedFiles: { type: 'patterns', default: SECRET_FILES },
  project: { type: 'choice', default: 'on', choices: PROJECT_MODES },
  projectMegabytes: { type: 'integer', default: 64, minimum: 1, maximum: 1024 },
  'names.enabled': { type: 'boolean', default: true },
  'fetchAhead.enabled': { type: 'boolean', default: true },
  live: { type: 'choice', default: 'asked', choices: LIVE_MODES },
  'messages.enabled': { type: 'boolean', default: true },
  steps: { type: 'integer', default: 8, ...ends(OPTION_RANGES.steps) },
  'deadline.milliseconds': { type: 'integer', default: 0, minimum: 0, maximum: OPTION_RANGES.deadlineMs.most },
  temperature: { type: 'number', default: 0, ...ends(OPTION_RANGES.temperature) },
  sampler: { type: 'choice', default: AS_MODEL, choices: [AS_MODEL, ...SAMPLERS] },
  remask: { type: 'choice', default: AS_MODEL, choices: [AS_MODEL, ...REMASKINGS] },
  length: { type: 'choice', default: AS_MODEL, choices: [AS_MODEL, ...LENGTHS] },
  'denoise.strength': { type: 'number', default: DEFAULT_STRENGTH, ...ends(NARROWER_RANGES.setting.strength) },
  model: { type: 'text', default: '' },
  device: { type: 'choice', default: 'auto', choices: DEVICES },
  threads: { type: 'integer', default: 0, ...ends(NARROWER_RANGES.setting.threads) },
  idleMinutes: { type: 'integer', default: 15, minimum: 0, maximum: 240 },
  shareProcess: { type: 'boolean', default: true },
  'server.url': { type: 'text', default: '' },
  'server.whenUnreachable': { type: 'choice', default: 'localModel', choices: UNREACHABLE },
  'hosted.provider': { type: 'choice', default: 'off', choices: HOSTED },
  'hosted.url': { type: 'text', default: '' },
  'hosted.model': { type: 'text', default: '' },
} as const satisfies Record<string, SettingSpec>;

export type SettingKey = keyof typeof SETTING_SPECS;

export type SettingSpec =
  | { readonly type: 'boolean'; readonly default: boolean }
  | {
      readonly type: 'integer' | 'number';
      readonly default: number;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[] }
  | { readonly type: 'text'; readonly default: string }
  | { readonly type: 'patterns'; readonly default: readonly string[] };

function ends({ least, most }: OptionRange): { readonly minimum: number; readonly maximum: number } {
  return { minimum: least, maximum: most };
}
