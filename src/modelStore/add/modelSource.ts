import { stat } from 'node:fs/promises';
import { InfillError } from '../../shared/infillError.js';
import { writtenPath } from '../modelFolder.js';
import { parseHubId } from '../hub/hubId.js';
import type { ModelSource } from '../../shared/modelImport.js';

/**
 * What a person means: a folder where there is one of that name (relative to `cwd`, a leading `~` is the home folder), otherwise
 * a model on the hub. What starts like a path is never taken for an id, so that a misspelt folder causes no request to a server.
 * Throws InfillError invalid-request.
 */
export async function modelSource(text: string, cwd: string): Promise<ModelSource> {
  const folder = writtenPath(text, { base: cwd });
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) {
    return { kind: 'folder', folder };
  }
  const id = /^(?:[.~/\\]|[a-z]:)/i.test(text) ? undefined : parseHubId(text);
  if (id !== undefined && found === undefined) {
    return { kind: 'hub', ...id };
  }
  throw new InfillError(
    'invalid-request',
    found === undefined ? `There is no folder ${folder}.` : `${folder} is a file, not a folder.`,
    'Name a folder with config.json, tokenizer.json and safetensors, or a model on the hub as owner/name.',
  );
}
