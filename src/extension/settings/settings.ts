import type { Device, MultilinePolicy, RuntimeOptions } from '../../shared/infillOptions.js';
import { type Eagerness, withEagerness } from './eagerness.js';
import type {
  DelayMode,
  HostedChoice,
  LiveMode,
  OnBattery,
  ProjectMode,
  SettingKey,
  SettingSpec,
  WhenUnreachable,
} from './settingSpecs.js';
import { AS_MODEL, SETTING_SPECS } from './settingSpecs.js';

/** What a person has set, complete and in range. Read anew for each request, never stored. */
export interface Settings {
  readonly enabled: boolean;
  /** False: only when asked for by the Trigger command. */
  readonly automatic: boolean;
  /** Already part of `automatic`, `minimumConfidence` and `delay`. */
  readonly eagerness: Eagerness;
  readonly onBattery: OnBattery;
  readonly multiline: MultilinePolicy;
  readonly maxTokens: number;
  readonly alternatives: number;
  readonly minimumConfidence: number;
  readonly delay: DelaySettings;
  /** Glob patterns. */
  readonly excludedFiles: readonly string[];
  /** Of which files suggestions may use text: of the project, of open ones, or of none but the document itself. */
  readonly project: ProjectMode;
  /** So much text of the project is used at most. */
  readonly projectMegabytes: number;
  /** Whether names of the editor's completion list are asked for. */
  readonly names: boolean;
  /** Whether what comes after a suggestion is asked for while it is read. */
  readonly fetchAhead: boolean;
  /** Of which suggestions drafts are shown while they are computed. */
  readonly live: LiveMode;
  /** Whether suggestions are made in the commit box and in comments. */
  readonly messages: boolean;
  readonly steps: number;
  /** After so many milliseconds a suggestion takes no further step; 0 = never. */
  readonly deadlineMs: number;
  readonly temperature: number;
  /** Undefined = what the model recommends. */
  readonly sampler: string | undefined;
  readonly remask: string | undefined;
  readonly length: string | undefined;
  readonly denoiseStrength: number;
  readonly model: ModelSettings;
  readonly idleMinutes: number;
  /** Whether one process serves all windows. */
  readonly shareProcess: boolean;
  /** An `infill serve` that is asked instead of the model on this computer; `url` is '' where there is none. */
  readonly server: { readonly url: string; readonly whenUnreachable: WhenUnreachable };
  readonly hosted: HostedSettings;
}

/** Which hosted model a person wants; whether one is asked is another question. */
export interface HostedSettings {
  readonly provider: HostedChoice;
  /** '' = the provider's own. */
  readonly url: string;
  readonly model: string;
}

export interface DelaySettings {
  readonly mode: DelayMode;
  /** Used when the mode is `fixed`. */
  readonly milliseconds: number;
  /** How many times as long as usual a pause must be in the mode `adaptive`; absent = once. */
  readonly pace?: number;
}

/** Settings whose change loads the model anew. */
export interface ModelSettings extends Pick<RuntimeOptions, 'device' | 'threads'> {
  /** Folder of a model; '' = the bundled one. */
  readonly path: string;
}

/**
 * @param read the configured value of a setting, of any type: VS Code does not enforce types and ranges.
 * @param isSet whether a person has set it, and does not leave it to its default
 * @returns values brought into range; a value of a wrong type counts as not set.
 */
export function resolveSettings(
  read: (key: SettingKey) => unknown,
  isSet: (key: SettingKey) => boolean = () => false,
): Settings {
  const boolean = (key: KeyOf<'boolean'>): boolean => resolveBoolean(SETTING_SPECS[key], read(key));
  const number = (key: KeyOf<'integer' | 'number'>): number => resolveNumber(SETTING_SPECS[key], read(key));
  const ownChoice = (key: 'sampler' | 'remask' | 'length'): string | undefined => {
    const choice: string = resolveChoice<string>(SETTING_SPECS[key], read(key));
    return choice === AS_MODEL ? undefined : choice;
  };
  const eagerness = resolveChoice<Eagerness>(SETTING_SPECS.eagerness, read('eagerness'));
  const dialled = {
    automatic: boolean('automatic'),
    minimumConfidence: number('minimumConfidence'),
    delay: {
      mode: resolveChoice<DelayMode>(SETTING_SPECS['delay.mode'], read('delay.mode')),
      milliseconds: number('delay.milliseconds'),
    },
  };
  return {
    enabled: boolean('enabled'),
    eagerness,
    ...withEagerness(eagerness, dialled, isSet),
    onBattery: resolveChoice<OnBattery>(SETTING_SPECS.onBattery, read('onBattery')),
    multiline: resolveChoice<MultilinePolicy>(SETTING_SPECS.multiline, read('multiline')),
    maxTokens: number('maxTokens'),
    alternatives: number('alternatives'),
    excludedFiles: resolvePatterns(SETTING_SPECS.excludedFiles.default, read('excludedFiles')),
    project: resolveChoice<ProjectMode>(SETTING_SPECS.project, read('project')),
    projectMegabytes: number('projectMegabytes'),
    names: boolean('names.enabled'),
    fetchAhead: boolean('fetchAhead.enabled'),
    live: resolveChoice<LiveMode>(SETTING_SPECS.live, read('live')),
    messages: boolean('messages.enabled'),
    steps: number('steps'),
    deadlineMs: number('deadline.milliseconds'),
    temperature: number('temperature'),
    sampler: ownChoice('sampler'),
    remask: ownChoice('remask'),
    length: ownChoice('length'),
    denoiseStrength: number('denoise.strength'),
    model: {
      path: resolveText(SETTING_SPECS.model.default, read('model')),
      device: resolveChoice<Device>(SETTING_SPECS.device, read('device')),
      threads: number('threads'),
    },
    idleMinutes: number('idleMinutes'),
    shareProcess: boolean('shareProcess'),
    server: {
      url: resolveText(SETTING_SPECS['server.url'].default, read('server.url')),
      whenUnreachable: resolveChoice<WhenUnreachable>(
        SETTING_SPECS['server.whenUnreachable'],
        read('server.whenUnreachable'),
      ),
    },
    hosted: {
      provider: resolveChoice<HostedChoice>(SETTING_SPECS['hosted.provider'], read('hosted.provider')),
      url: resolveText(SETTING_SPECS['hosted.url'].default, read('hosted.url')),
      model: resolveText(SETTING_SPECS['hosted.model'].default, read('hosted.model')),
    },
  };
}

type KeyOf<T extends SettingSpec['type']> = {
  [K in SettingKey]: (typeof SETTING_SPECS)[K]['type'] extends T ? K : never;
}[SettingKey];

function resolveBoolean(spec: { readonly default: boolean }, value: unknown): boolean {
  return typeof value === 'boolean' ? value : spec.default;
}

function resolveNumber(
  spec: { readonly type: string; readonly default: number; readonly minimum: number; readonly maximum: number },
  value: unknown,
): number {
  if (typeof value !== 'number' || Number.isNaN(value)) {
    return spec.default;
  }
  const inRange = Math.min(spec.maximum, Math.max(spec.minimum, value));
  return spec.type === 'integer' ? Math.round(inRange) : inRange;
}

function resolveChoice<T extends string>(
  spec: { readonly default: T; readonly choices: readonly T[] },
  value: unknown,
): T {
  return spec.choices.find((choice) => choice === value) ?? spec.default;
}

function resolveText(otherwise: string, value: unknown): string {
  return typeof value === 'string' ? value.trim() : otherwise;
}

/** `{ "**\/.env*": true, "**\/*.pem": false }` as in `files.exclude`: VS Code merges objects, so defaults stay unless switched off. */
function resolvePatterns(otherwise: readonly string[], value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) {
    return otherwise;
  }
  if (Array.isArray(value)) {
    return value.filter((pattern): pattern is string => typeof pattern === 'string');
  }
  return Object.entries(value)
    .filter(([, excluded]) => excluded === true)
    .map(([pattern]) => pattern);
}
