import type { RequestPlace, RequestRecord } from './requestLog.js';

/**
 * Whether a request was withdrawn because its editor lost the focus, as to the palette or to a list: the text and the cursor are as they
 * were when it was asked, and nothing was asked since. Who goes on typing asks again.
 *
 * @param here the place of the cursor now
 */
export function lostToList(newest: RequestRecord, here: RequestPlace | undefined): boolean {
  const { reason, place } = newest;
  return (
    reason === 'cancelled' &&
    place !== undefined &&
    place.document === here?.document &&
    place.version === here.version &&
    place.line === here.line &&
    place.character === here.character
  );
}

/** @param document one of VS Code's, and a position in it */
export function placeAt(
  document: { readonly uri: { readonly toString: () => string }; readonly version: number },
  { line, character }: { readonly line: number; readonly character: number },
): RequestPlace {
  return { document: document.uri.toString(), version: document.version, line, character };
}
