import type { InfillService } from '../../inference/host/infillService.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { Settings } from '../settings/settings.js';

export interface ModelControlParts {
  readonly service: InfillService;
  /** The folder that a model setting means; '' = the bundled model. */
  readonly folderOf: (setting: string) => string;
  /** Answers and measured times of before do not hold for another model. */
  readonly onChange: () => void;
  readonly log: (text: string) => void;
}

/** A window in the background keeps the model for so long at most. */
export const AWAY_MINUTES = 3;

/** Keeps the inference process in line with the settings, and loads the model before it is needed. */
export class ModelControl {
  private runtime: RuntimeOptions | undefined;
  private idleMinutes = 0;
  private isAway = false;

  constructor(private readonly parts: ModelControlParts) {}

  /** The folder of the model that the settings name; '' before they were applied. */
  get folder(): string {
    return this.runtime?.modelPath ?? '';
  }

  /** To be called at the start and whenever settings changed. Loads nothing that was not loaded before. */
  apply(settings: Pick<Settings, 'model' | 'idleMinutes' | 'shareProcess'>): void {
    this.parts.service.setSharing(settings.shareProcess);
    const { path, device, threads } = settings.model;
    const runtime = { modelPath: this.parts.folderOf(path), device, threads };
    if (JSON.stringify(runtime) !== JSON.stringify(this.runtime)) {
      if (this.runtime !== undefined) {
        this.parts.onChange();
      }
      this.runtime = runtime;
      this.parts.service.configure(runtime);
    }
    this.idleMinutes = settings.idleMinutes;
    this.limitIdleness();
  }

  /**
   * To be called when a person goes to another window, or comes back. One that nobody looks at lets go of the model sooner than one in
   * front: its memory is given back once no window needs it.
   */
  setAway(isAway: boolean): void {
    if (isAway !== this.isAway) {
      this.isAway = isAway;
      this.limitIdleness();
    }
  }

  /** 0 stays never. */
  private limitIdleness(): void {
    const minutes = this.isAway ? Math.min(this.idleMinutes, AWAY_MINUTES) : this.idleMinutes;
    this.parts.service.setIdleMs(minutes * 60_000);
  }

  /**
   * Loads the model in the background, unless something else does. A failure is seen in the status bar and the log.
   *
   * @returns whether it was loaded, once it was
   */
  async warmUp(): Promise<boolean> {
    if (this.parts.service.state.kind !== 'stopped') {
      return false;
    }
    try {
      await this.parts.service.load();
      return true;
    } catch (error) {
      this.parts.log(`The model was not loaded: ${String(error)}`);
      return false;
    }
  }
}
