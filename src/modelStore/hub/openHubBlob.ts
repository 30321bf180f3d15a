import { downloadFile, HubApiError } from '@huggingface/hub';
import { InfillError } from '../../shared/infillError.js';
import type { HubFile } from './chooseFiles.js';

/** Where a hub is, and who asks. */
export interface HubAccess {
  /** Address of the hub, without a slash at the end. */
  readonly hubUrl: string;
  /** '' = anonymous. */
  readonly token: string;
  readonly fetch: typeof fetch;
  /** Waits before a broken transfer is tried again; their number is that of the tries without any progress. */
  readonly retryMs: readonly number[];
}

/** A file of a repository, and a commit of it, so that all files belong together. */
export interface RepositoryFile {
  readonly repository: string;
  readonly revision: string;
  readonly file: HubFile;
}

/** A file on the hub, parts of which are asked for when they are read; null where it is not there. */
export async function openHubBlob(
  { repository, revision, file }: RepositoryFile,
  { hubUrl, token, fetch: own }: HubAccess,
): Promise<Blob | null> {
  return downloadFile({
    repo: { type: 'model', name: repository },
    path: file.path,
    revision,
    hubUrl,
    ...(token === '' ? {} : { accessToken: token }),
    fetch: own,
    xet: false,
  });
}

/** What went wrong in a request: kept here because the library's streams keep no more of an error than its text. */
export interface Seen {
  failure: unknown;
  /** Everything was sent where a part was asked for, or nothing at all. */
  rangeIgnored: boolean;
}

/**
 * Adds the signal to each request, and notices a server that sends everything, or refuses, where a part was asked for. Of the library's first
 * request, for one byte, only the head is of use: the body is dropped, because a server may send without an end.
 */
export function watchedFetch(own: typeof fetch, signal: AbortSignal, seen: Seen): typeof fetch {
  return async (input, init) => {
    try {
      const response = await own(input, { ...init, signal });
      const range = new Headers(init?.headers).get('range');
      if (range === 'bytes=0-0' && response.ok) {
        await response.body?.cancel();
      } else if (range !== null && (response.status === 200 || response.status === 416)) {
        await response.body?.cancel();
        seen.rangeIgnored = true;
        throw new Error('the server sends no parts of files');
      }
      if (range !== null && range !== 'bytes=0-0' && !response.ok)
        seen.failure = new HubApiError(response.url, response.status);
      return response;
    } catch (error) {
      seen.failure = error;
      throw error;
    }
  };
}

/** Whether another try may help: broken connections and overloaded servers, not refusals. */
export function isTransient(error: unknown): boolean {
  if (error instanceof InfillError) {
    return false;
  }
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
  return status === undefined || status >= 500 || status === 429 || status === 408;
}
