import type * as vscode from 'vscode';
import type { ElsewhereSource } from '../../inference/choice/elsewhere.js';
import { RefusedService } from '../../inference/remote/refusedService.js';
import { RemoteService } from '../../inference/remote/remoteService.js';
import { serverAddress, type ServerAddress } from '../../inference/remote/serverAddress.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { readSettings } from '../settings/configuration.js';
import { isServerToken, ServerToken } from './serverToken.js';

/** The `infill serve` that `infill.server.url` names, as a place that answers. */
export function serverSource(secrets: vscode.SecretStorage, log: vscode.LogOutputChannel): ElsewhereSource {
  const token = new ServerToken(secrets);
  const fallsBack = (): boolean => readSettings().server.whenUnreachable === 'localModel';
  return {
    kind: 'server',
    key: () => {
      const { url, whenUnreachable } = readSettings().server;
      return url === '' ? undefined : JSON.stringify([url, whenUnreachable]);
    },
    usesSecret: isServerToken,
    fallsBack,
    create: (onState, onProject) => {
      let address: ServerAddress;
      try {
        address = serverAddress(readSettings().server.url);
      } catch (thrown) {
        // What was written there may be anything, a password even.
        return new RefusedService(toInfillError(thrown), { kind: 'server', name: 'infill.server.url' });
      }
      return new RemoteService({
        address,
        token: () => token.read(address),
        onState,
        onProject,
        log: (level, text) => log[level](text),
      });
    },
  };
}
