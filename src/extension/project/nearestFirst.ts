/** What a person works on. */
export interface Front {
  readonly uri: string;
  readonly languageId: string;
}

/** Another language counts as so many folders. */
const OTHER_LANGUAGE = 4;

/**
 * Files in the order in which they are likely to help: those in the folder of what is in front first, then by how many folders lie
 * between, and of the same language before others.
 */
export function nearestFirst(
  uris: readonly string[],
  front: Front | undefined,
  languageOf: (uri: string) => string,
): string[] {
  if (front === undefined) {
    return [...uris];
  }
  const here = folderOf(front.uri).split('/');
  const distances = new Map<string, number>();
  const distanceTo = (folder: string): number => {
    let distance = distances.get(folder);
    if (distance === undefined) {
      distance = foldersBetween(here, folder.split('/'));
      distances.set(folder, distance);
    }
    return distance;
  };
  return uris
    .map((uri) => ({
      uri,
      distance: distanceTo(folderOf(uri)) + (languageOf(uri) === front.languageId ? 0 : OTHER_LANGUAGE),
    }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ uri }) => uri);
}

function foldersBetween(a: readonly string[], b: readonly string[]): number {
  let common = 0;
  while (common < a.length && common < b.length && a[common] === b[common]) {
    common++;
  }
  return a.length + b.length - 2 * common;
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf('/'));
}
