/** A place that is to be filled. */
export interface FillAsk {
  readonly model: string;
  readonly before: string;
  readonly after: string;
  readonly maxTokens: number;
  /** Whether the text ends at the end of its line. */
  readonly isOneLine: boolean;
  /** Texts that are wanted. */
  readonly count: number;
  readonly temperature: number;
  readonly topP: number;
  /** Whether it is wanted piece by piece. */
  readonly streams: boolean;
}

/** Lines that are to be written anew. */
export interface EditAsk {
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number;
}

export interface HostedCall {
  /** Behind the address. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How requests to a provider are written. What is not in its documents is not sent. */
export interface ProviderForm {
  /** As people know it. */
  readonly label: string;
  /** The model, where nobody names one; '' = one has to be named. */
  readonly defaultModel: string;
  /** Whether it answers nobody without a key. */
  readonly needsKey: boolean;
  /** Whether several texts can be asked for at once. */
  readonly hasCount: boolean;
  readonly fill: (ask: FillAsk) => HostedCall;
  /** Absent where it has no such request: then the place of the lines is filled. */
  readonly edit?: (ask: EditAsk) => HostedCall;
}
