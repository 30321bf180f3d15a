import type { NameOrigin } from '../../engine/files/pathInside.js';
import { InfillError } from '../../shared/infillError.js';

/** A model on the hub: `owner/name`, and a branch, tag or commit of it. */
export interface HubId {
  readonly repository: string;
  readonly revision: string;
}

/** The branch that is meant where none is named. */
export const MAIN = 'main';

const ID = /^([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?$/;
const ADDRESS = /^https:\/\/huggingface\.co\/([^/?#]+\/[^/?#]+)(?:\/tree\/([^?#]+))?\/?$/;

/** Reads `owner/name`, `owner/name@revision`, or the address of the model's page. undefined where the text is none of these. */
export function parseHubId(text: string): HubId | undefined {
  const address = ADDRESS.exec(text);
  const id = address === null ? text : `${address[1] ?? ''}${address[2] === undefined ? '' : `@${address[2]}`}`;
  const [, repository, revision = MAIN] = ID.exec(id) ?? [];
  return repository === undefined || repository.includes('..') || revision.includes('..')
    ? undefined
    : { repository, revision };
}

/** Throws InfillError invalid-request where an id is not of the form that `parseHubId` reads: it becomes part of addresses. */
export function checkHubId({ repository, revision }: HubId): void {
  const read = parseHubId(`${repository}@${revision}`);
  if (read?.repository !== repository || read.revision !== revision) {
    throw new InfillError(
      'invalid-request',
      'This is no id of a model on the hub.',
      'Write owner/name or owner/name@revision.',
    );
  }
}

/** For paths that are made of what the hub says. */
export function hubNames(repository: string): NameOrigin {
  return { code: 'download-failed', who: `The hub's ${repository}`, remedy: 'Infill cannot download this repository.' };
}
