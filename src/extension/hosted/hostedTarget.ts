import { formOf } from '../../inference/hosted/forms/formOf.js';
import { type AddressProblem, hostedAddress } from '../../inference/hosted/forms/hostedAddress.js';
import type { HostedModel, HostedProvider } from '../../inference/hosted/forms/hostedModel.js';
import type { Settings } from '../settings/settings.js';
import type { Localizer } from '../ui/localizer.js';

/** The hosted model that settings name, or what is wrong with them; undefined where they name none. */
export function hostedTarget(
  { provider, url, model }: Settings['hosted'],
  l10n: Localizer,
): HostedModel | { readonly problem: string } | undefined {
  if (provider === 'off') {
    return undefined;
  }
  const where = hostedAddress(provider, url);
  if ('problem' in where) {
    return { problem: addressProblem(where.problem, l10n) };
  }
  const named = model === '' ? formOf(provider).defaultModel : model;
  return named === ''
    ? { problem: l10n.t('infill.hosted.model is empty. Set it to the name of a model.') }
    : { provider, address: where.address, model: named };
}

export function addressProblem(problem: AddressProblem, l10n: Localizer): string {
  switch (problem) {
    case 'missing':
      return l10n.t('infill.hosted.url is empty. Set it to the address of the hosted model.');
    case 'no-address':
      return l10n.t('infill.hosted.url has to be an address such as https://api.example.com/v1, without a key in it.');
    case 'not-encrypted':
      return l10n.t('infill.hosted.url has to start with https://. Only an address on this computer may use http://.');
  }
}

/** As people know it. */
export function providerName(provider: HostedProvider): string {
  return formOf(provider).label;
}
