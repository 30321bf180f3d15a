import { HubApiError } from '@huggingface/hub';
import { InfillError } from '../../shared/infillError.js';

/** What went wrong with the hub as an error for a person. The library's own messages never hold the token. */
export function hubError(error: unknown, repository: string): InfillError {
  if (error instanceof InfillError) {
    return error;
  }
  if (error instanceof HubApiError) {
    return byStatus(error, repository);
  }
  return new InfillError(
    'download-failed',
    `The download of ${repository} failed: ${reasonOf(error)}.`,
    'Check the connection and run the same again: it goes on where it stopped.',
    { cause: error },
  );
}

function byStatus(error: HubApiError, repository: string): InfillError {
  const answer = `the hub answered ${error.statusCode}`;
  switch (error.statusCode) {
    case 401:
    case 403:
      return new InfillError(
        'download-failed',
        `The hub does not give access to ${repository} (${answer}).`,
        'Check the spelling. If the model is gated, accept its terms on its page; then give an access token: HF_TOKEN in the environment, or "Infill: Set Hub Token" in the editor.',
        { cause: error },
      );
    case 404:
      return new InfillError(
        'download-failed',
        `The hub has no model ${repository}, or not this revision of it (${answer}).`,
        'Check the spelling; the id of a model is owner/name.',
        { cause: error },
      );
    default:
      return new InfillError(
        'download-failed',
        `The download of ${repository} failed: ${answer}.`,
        'Try again later: it goes on where it stopped.',
        { cause: error },
      );
  }
}

/** Node says "fetch failed" and puts the reason into the cause; streams of the library fail with a bare text. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
