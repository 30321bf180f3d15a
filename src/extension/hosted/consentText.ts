import { hostOf, type HostedModel, SENT_SIZES } from '../../inference/hosted/forms/hostedModel.js';
import { visibleText } from '../../shared/visibleText.js';
import type { Localizer } from '../ui/localizer.js';
import { providerName } from './hostedTarget.js';

/** The dialog that asks whether text may be sent: to whom, what of it, when, and what never. */
export function consentText(
  model: HostedModel,
  l10n: Localizer,
): { readonly question: string; readonly detail: string; readonly allow: string } {
  const { before, after, selection } = SENT_SIZES;
  const host = hostOf(model);
  return {
    question: l10n.t('Send text from your files to {0}?', host),
    detail: [
      l10n.t(
        'Infill will use the model {0} at {1} ({2}) instead of the one on this computer.',
        visibleText(model.model),
        host,
        providerName(model.provider),
      ),
      l10n.t(
        'While you type, and whenever you ask for a suggestion, it sends up to {0} characters before your cursor and up to {1} after it.',
        before,
        after,
      ),
      l10n.t('Denoise Selection also sends the selected text, up to {0} characters.', selection),
      l10n.t(
        "It never sends excluded files, other files of the project, file names or your last edits. The provider's terms say what it does with the text.",
      ),
      l10n.t('"Infill: Turn Off Hosted Model" ends this at any time.'),
    ].join('\n\n'),
    allow: l10n.t('Send Text'),
  };
}
