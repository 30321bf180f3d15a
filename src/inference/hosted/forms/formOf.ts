import type { HostedProvider } from './hostedModel.js';
import { inceptionForm } from './inceptionForm.js';
import { openAiForm } from './openAiForm.js';
import type { ProviderForm } from './providerForm.js';

/** How requests to a provider are written. */
export function formOf(provider: HostedProvider): ProviderForm {
  switch (provider) {
    case 'inception':
      return inceptionForm;
    case 'openai':
      return openAiForm;
  }
}
