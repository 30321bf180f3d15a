import { visibleText } from '../../shared/visibleText.js';

/**
 * Text with parts that come from elsewhere (models, file names, workspace settings), for messages and lists. VS Code makes links of
 * `[label](command:...)` in notifications and in the language status, which run commands, and icons of `$(name)` in lists: here
 * they stay text. What acts instead of being seen becomes visible.
 */
export function foreignText(text: string): string {
  return visibleText(text)
    .replaceAll('](', '] (')
    .replace(/\$\((?=[\w~-]+\))/g, '$ (');
}
