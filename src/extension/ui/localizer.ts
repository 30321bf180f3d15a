/**
 * Translates text for a person; `vscode.l10n` is one. Files without `vscode` take it as a parameter named `l10n`, so that
 * every translatable text in this folder is written `l10n.t('...')` and can be collected into l10n/bundle.l10n.json.
 */
export interface Localizer {
  /** @param message English text with {0}, {1}, ... for `args`. */
  t(message: string, ...args: (string | number | boolean)[]): string;
}
