import picomatch from 'picomatch';

/** As extensions contribute them in their package.json. */
export interface ContributedLanguage {
  readonly id: string;
  readonly extensions?: readonly string[];
  readonly filenames?: readonly string[];
}

/**
 * Tells the language of a file that is not open, which VS Code says of open ones only.
 *
 * @param associations globs and languages, as in `files.associations`
 * @returns a function from a path with `/` to a language id, `plaintext` where none is known
 */
export function languageOfPath(
  languages: readonly ContributedLanguage[],
  associations: Readonly<Record<string, string>>,
): (path: string) => string {
  const byName = new Map<string, string>();
  const byEnding = new Map<string, string>();
  for (const { id, extensions = [], filenames = [] } of languages) {
    // The first one has it, as a rule that of VS Code itself.
    for (const name of filenames) setFirst(byName, name.toLowerCase(), id);
    for (const ending of extensions) setFirst(byEnding, ending.toLowerCase(), id);
  }
  const chosen = Object.entries(associations).flatMap(([glob, id]) => {
    try {
      return [{ id, matches: picomatch(glob, { dot: true, nocase: true, basename: !glob.includes('/') }) }];
    } catch {
      return []; // VS Code has the setting, and says what is wrong with it
    }
  });
  return (path) => {
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    return (
      chosen.find(({ matches }) => matches(path))?.id ?? byName.get(name) ?? ofEnding(byEnding, name) ?? 'plaintext'
    );
  };
}

/** Of the longest ending that is known: `.blade.php` before `.php`. */
function ofEnding(byEnding: ReadonlyMap<string, string>, name: string): string | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const id = byEnding.get(name.slice(dot));
    if (id !== undefined) {
      return id;
    }
  }
  return undefined;
}

function setFirst(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) {
    map.set(key, value);
  }
}
