import * as vscode from 'vscode';
import type { WorkerState } from '../../inference/host/clientState.js';

/** Most answers are there sooner: a button that comes and goes with each of them would only flicker. */
const LASTS_MS = 300;

/** Keeps the context key `infill.computing`, which is true while a request takes longer than most. */
export class ComputingKey implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private isSet = false;

  update({ kind }: Pick<WorkerState, 'kind'>): void {
    clearTimeout(this.timer);
    if (kind !== 'working') this.set(false);
    else this.timer = setTimeout(() => this.set(true), LASTS_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private set(value: boolean): void {
    if (value === this.isSet) return;
    this.isSet = value;
    void vscode.commands.executeCommand('setContext', 'infill.computing', value);
  }
}
