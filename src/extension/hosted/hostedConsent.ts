import { type HostedModel, SENT_SIZES, type SentSizes } from '../../inference/hosted/forms/hostedModel.js';

/** What a person was asked about and said. */
interface Answer extends Pick<HostedModel, 'provider' | 'address'> {
  readonly sizes: SentSizes;
  readonly isGiven: boolean;
}

/** A part of vscode.Memento. */
export interface ConsentMemory {
  get(key: string): unknown;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'hosted.consents';

/** What people have allowed, by provider and address, and up to which sizes: more is asked about again. */
export class HostedConsent {
  constructor(
    private readonly memory: ConsentMemory,
    private readonly sizes: SentSizes = SENT_SIZES,
  ) {}

  /** Undefined where nobody was asked about just this. */
  answer(model: HostedModel): boolean | undefined {
    const answer = this.answers.find((each) => isSame(each, model));
    if (answer === undefined) {
      return undefined;
    }
    const { before, after, selection } = answer.sizes;
    const covers = before >= this.sizes.before && after >= this.sizes.after && selection >= this.sizes.selection;
    return covers || !answer.isGiven ? answer.isGiven : undefined;
  }

  async keep(model: HostedModel, isGiven: boolean): Promise<void> {
    const { provider, address } = model;
    await this.write([...this.others(model), { provider, address, sizes: this.sizes, isGiven }]);
  }

  /** As if nobody had been asked. */
  async forget(model: HostedModel): Promise<void> {
    await this.write(this.others(model));
  }

  private others(model: HostedModel): Answer[] {
    return this.answers.filter((each) => !isSame(each, model));
  }

  private async write(answers: readonly Answer[]): Promise<void> {
    await this.memory.update(KEY, answers);
  }

  /** What is not of the form that is written here is no consent. */
  private get answers(): readonly Answer[] {
    const stored = this.memory.get(KEY);
    return Array.isArray(stored) ? stored.filter(isAnswer) : [];
  }
}

function isSame(a: Pick<HostedModel, 'provider' | 'address'>, b: Pick<HostedModel, 'provider' | 'address'>): boolean {
  return a.provider === b.provider && a.address === b.address;
}

function isAnswer(value: unknown): value is Answer {
  const { provider, address, sizes, isGiven } = (value ?? {}) as Partial<Record<keyof Answer, unknown>>;
  const { before, after, selection } = (sizes ?? {}) as Partial<Record<keyof SentSizes, unknown>>;
  return (
    typeof provider === 'string' &&
    typeof address === 'string' &&
    typeof isGiven === 'boolean' &&
    [before, after, selection].every((each) => typeof each === 'number')
  );
}
