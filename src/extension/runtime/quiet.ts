import * as vscode from 'vscode';
import { powerSource } from '../../inference/host/powerSource.js';
import { onSettingsChanged, readSettings } from '../settings/configuration.js';
import type { Settings } from '../settings/settings.js';
import { Battery } from './battery.js';
import { Snooze } from './snooze.js';

/** After this much of silence nobody is typing. */
const STILL_MS = 3000;

/** Why nothing comes by itself for a while though it is switched on: a person has put it off, or the computer runs on its battery. */
export class Quiet implements vscode.Disposable {
  private readonly changes = new vscode.EventEmitter<void>();
  private editedAt = Number.NEGATIVE_INFINITY;
  private readonly battery = new Battery({
    read: () => powerSource(),
    isTyping: () => Date.now() - this.editedAt < STILL_MS,
    onChange: () => this.changes.fire(),
  });
  private readonly subscriptions = [
    vscode.workspace.onDidChangeTextDocument(() => (this.editedAt = Date.now())),
    onSettingsChanged(() => this.wantBattery()),
    this.changes,
  ];

  /** Begun and ended by a person. */
  readonly snooze = new Snooze(() => this.changes.fire());
  readonly onChange = this.changes.event;

  constructor() {
    this.wantBattery();
  }

  /** As far as the system tells, and as it was when last looked at. */
  get isOnBattery(): boolean {
    return this.battery.isUsed;
  }

  /** One or two sentences; undefined where there is no reason to be quiet. */
  because({ onBattery }: Pick<Settings, 'onBattery'>): string | undefined {
    const { end } = this.snooze;
    if (end !== undefined) {
      return end === Number.POSITIVE_INFINITY
        ? vscode.l10n.t('Snoozed for this session. Trigger Suggestion still works.')
        : vscode.l10n.t('Snoozed until {0}. Trigger Suggestion still works.', timeOfDay(end));
    }
    return onBattery === 'asked' && this.battery.isUsed
      ? vscode.l10n.t('On battery, suggestions appear only when asked for (infill.onBattery).')
      : undefined;
  }

  dispose(): void {
    this.battery.dispose();
    this.snooze.dispose();
    this.subscriptions.forEach((each) => void each.dispose());
  }

  private wantBattery(): void {
    const { onBattery, fetchAhead } = readSettings();
    this.battery.want(onBattery === 'asked' || fetchAhead);
  }
}

function timeOfDay(time: number): string {
  return new Date(time).toLocaleTimeString(vscode.env.language, { hour: 'numeric', minute: '2-digit' });
}
