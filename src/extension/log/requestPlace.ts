/** A place in one version of a document. */
export interface RequestPlace {
  /** The document's address. */
  readonly document: string;
  readonly version: number;
  /** Both from 0, as VS Code counts. */
  readonly line: number;
  readonly character: number;
}

/** @param document one of VS Code's, and a position in it */
export function placeAt(
  document: { readonly uri: { readonly toString: () => string }; readonly version: number },
  { line, character }: { readonly line: number; readonly character: number },
): RequestPlace {
  return { document: document.uri.toString(), version: document.version, line, character };
}

/** Whether neither the text nor the cursor has changed between two places. */
export function isSamePlace(a: RequestPlace, b: RequestPlace): boolean {
  return a.document === b.document && a.version === b.version && a.line === b.line && a.character === b.character;
}
