import type * as vscode from 'vscode';

/** An AbortSignal that follows VS Code's cancellation token. Dispose it when the work is done. */
export function abortSignalOf(token: vscode.CancellationToken): { readonly signal: AbortSignal; dispose: () => void } {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  const subscription = token.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, dispose: () => void subscription.dispose() };
}
