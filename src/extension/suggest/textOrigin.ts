/** What tells whose text a document shows. */
export interface TextOrigin {
  /** Of its address. */
  readonly scheme: string;
  readonly languageId: string;
  /** Whether files with such addresses can be written: then they are files, and no view of something else. */
  readonly isWritable: boolean;
}

/** Documents without a file that hold what a person types into them. */
const WITHOUT_FILE = new Set(['untitled', 'vscode-notebook-cell', 'vscode-interactive-input']);
/** Lines of other files: results of a search, differences, and what git shows of a commit below its message. */
const LANGUAGES_OF_OTHER_FILES = new Set(['search-result', 'diff', 'git-commit', 'git-rebase']);
/** Languages in which nothing but secrets and settings of one machine is written. */
const LANGUAGES_OF_SECRETS = new Set(['dotenv', 'env', 'terraform-vars', 'netrc', 'pem', 'ssh_config']);
/** Languages in which secrets are written too; a file's name tells whether it holds some, but these have no name yet. */
const LANGUAGES_OF_UNNAMED_SECRETS = new Set(['properties', 'ini']);

/**
 * Whether the document is a file, or holds what a person typed. All else shows text that comes from elsewhere, of which nobody
 * knows whether it comes from an excluded file: search editors, output, the debug console, terminals, older versions of a file.
 */
export function hasOwnText({ scheme, languageId, isWritable }: TextOrigin): boolean {
  return (isWritable || scheme === 'file' || WITHOUT_FILE.has(scheme)) && !LANGUAGES_OF_OTHER_FILES.has(languageId);
}

/** Whether the language alone says that the text may hold secrets; a copy in a new document has no name that would. */
export function isSecretByLanguage({ scheme, languageId }: TextOrigin): boolean {
  return (
    LANGUAGES_OF_SECRETS.has(languageId) || (scheme === 'untitled' && LANGUAGES_OF_UNNAMED_SECRETS.has(languageId))
  );
}
