import type { Localizer } from '../../src/extension/ui/localizer.js';

/** English, as VS Code gives it without a translation. */
export const plainLocalizer: Localizer = {
  t: (message, ...args) => message.replace(/\{(\d+)\}/g, (whole, index) => String(args[Number(index)] ?? whole)),
};
