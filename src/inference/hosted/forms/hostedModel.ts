/** Whose form of requests is spoken. */
export const HOSTED_PROVIDERS = ['inception', 'openai'] as const;
export type HostedProvider = (typeof HOSTED_PROVIDERS)[number];

/** A model on a machine of somebody else. */
export interface HostedModel {
  readonly provider: HostedProvider;
  /** Where its requests go, without a slash at the end; see `hostedAddress`. */
  readonly address: string;
  /** The provider's name for it. */
  readonly model: string;
}

/** UTF-16 units of a document that are sent at most. People are asked about these numbers; larger ones are asked about again. */
export const SENT_SIZES = {
  /** Before the cursor, or before a selection. */
  before: 8000,
  /** After it. */
  after: 4000,
  /** Of a selection that is to be denoised; a longer one is refused. */
  selection: 8000,
} as const;
export type SentSizes = Readonly<Record<keyof typeof SENT_SIZES, number>>;

/** The host of an address, as people are told it. */
export function hostOf({ address }: Pick<HostedModel, 'address'>): string {
  return new URL(address).host;
}
