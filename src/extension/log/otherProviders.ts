/** As VS Code tells of an installed extension. */
export interface InstalledExtension {
  readonly id: string;
  readonly isActive: boolean;
  readonly packageJSON: unknown;
}

/** Extensions that are known to bring inline suggestions and need not declare it. In lower case. */
const KNOWN = new Set([
  'alibaba-cloud.tongyi-lingma',
  'amazonwebservices.amazon-q-vscode',
  'aminer.codegeex',
  'augment.vscode-augment',
  'baiducomate.comate',
  'blackboxapp.blackbox',
  'codeium.codeium',
  'continue.continue',
  'github.copilot',
  'github.copilot-chat',
  'ggml-org.llama-vscode',
  'google.geminicodeassist',
  'huggingface.huggingface-vscode',
  'rjmacarthy.twinny',
  'sourcegraph.cody-ai',
  'supermaven.supermaven',
  'tabbyml.vscode-tabby',
  'tabnine.tabnine-vscode',
  'visualstudioexptteam.vscodeintellicode',
]);

/** Proposed parts of VS Code's interface that are about inline suggestions alone. */
const PROPOSALS = /^inline(Completions?|Edits?)/;

/** Names of what VS Code lets keys depend on, or does, while an inline suggestion is shown. */
const IN_KEYS = /\binline(SuggestionVisible|EditIsVisible|Suggest\.)|editor\.action\.inlineSuggest/;

/**
 * Other extensions that seem to bring inline suggestions, which may be shown instead of Infill's, each with how that is known. VS Code
 * itself does not tell.
 */
export function otherProviders(extensions: readonly InstalledExtension[], ownId: string): string[] {
  return extensions
    .filter(({ id }) => id.toLowerCase() !== ownId.toLowerCase())
    .flatMap(({ id, isActive, packageJSON }) => {
      const manifest = (packageJSON ?? {}) as Readonly<Record<string, unknown>>;
      const signs = signsOf(id, manifest);
      const version = typeof manifest['version'] === 'string' ? ` ${manifest['version']}` : '';
      return signs.length === 0 ? [] : [`${id}${version}, ${isActive ? 'active' : 'not active'} (${signs.join('; ')})`];
    })
    .toSorted();
}

/** Whether an extension seems to bring inline suggestions. */
export function suggestsInline({ id, packageJSON }: InstalledExtension): boolean {
  return signsOf(id, (packageJSON ?? {}) as Readonly<Record<string, unknown>>).length > 0;
}

function signsOf(id: string, { enabledApiProposals, contributes }: Readonly<Record<string, unknown>>): string[] {
  const proposals = (Array.isArray(enabledApiProposals) ? enabledApiProposals : []).filter(
    (each): each is string => typeof each === 'string' && PROPOSALS.test(each),
  );
  const keys = (contributes as { readonly keybindings?: unknown } | undefined)?.keybindings;
  return [
    ...(KNOWN.has(id.toLowerCase()) ? ['known for it'] : []),
    ...(proposals.length === 0 ? [] : [`declares ${proposals.join(', ')}`]),
    ...(IN_KEYS.test(JSON.stringify(keys ?? '')) ? ['its keys speak of inline suggestions'] : []),
  ];
}
