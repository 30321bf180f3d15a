import * as vscode from 'vscode';
import type { RequestLog } from './requestLog.js';

/** Sets the context that ticks off the first step of the walkthrough. */
export function noteFirstSuggestion(requests: RequestLog): { dispose: () => void } {
  const subscription = requests.onAdd(({ outcome, trigger }) => {
    if (outcome === 'suggested' && (trigger === 'automatic' || trigger === 'manual')) {
      subscription.dispose();
      void vscode.commands.executeCommand('setContext', 'infill.hasSuggested', true);
    }
  });
  return subscription;
}
