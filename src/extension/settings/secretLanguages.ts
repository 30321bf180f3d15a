/** Languages of files that usually hold secrets, by VS Code's ids, with a name as such files have it. */
const NAMES = new Map([
  ['dotenv', '.env.text'],
  ['env', '.env.text'],
  ['pem', 'text.pem'],
  ['ssh_config', '.ssh/config'],
  ['terraform-vars', 'text.tfvars'],
]);

/** Formats of secrets and of much else: the name tells them apart, where there is one. */
const NAMES_OF_UNTITLED = new Map([
  ['ini', 'credentials'],
  ['properties', 'secrets.properties'],
]);

/**
 * A document that was never saved has no name by which it could be excluded, and a person may have given a file's name another
 * language. So the language stands for a name, which goes through the same patterns: who allows `.env` allows it here too.
 *
 * @returns a path for the patterns of excluded files, or undefined where the language tells nothing
 */
export function pathByLanguage(languageId: string, isUntitled: boolean): string | undefined {
  return NAMES.get(languageId) ?? (isUntitled ? NAMES_OF_UNTITLED.get(languageId) : undefined);
}
