import { InfillError } from '../../../shared/infillError.js';

/** A sampler's (or remasking's, or length's) name with its parameters: `name` or `name:key=value,key=value`. */
export interface Spec {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** @throws InfillError `invalid-request` where the text is no such thing. */
export function parseSpec(text: string): Spec {
  const [name = '', rest, ...more] = text.trim().split(':');
  const pairs = rest === undefined ? [] : rest.split(',').map((pair) => pair.split('='));
  if (name === '' || more.length > 0 || pairs.some((pair) => pair.length !== 2 || pair.includes(''))) {
    throw new InfillError(
      'invalid-request',
      `"${text}" is not a name with parameters.`,
      'Write a name, or name:key=value,key=value.',
    );
  }
  return { name, parameters: new Map(pairs.map(([key, value]) => [key!.trim(), value!.trim()])) };
}

/** A parameter that is a number of a range. */
export interface NumberParameter {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
  readonly whole?: boolean;
}

/** Reads the parameters of one spec; what is not asked for is refused by `end`. */
export class SpecReader {
  private readonly known: string[] = [];

  constructor(private readonly spec: Spec) {}

  get name(): string {
    return this.spec.name;
  }

  /** @throws InfillError `invalid-request` that names the parameter and its range. */
  number(key: string, { least, most, otherwise, whole = false }: NumberParameter): number {
    const text = this.text(key);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value;
    const kind = whole ? 'a whole number' : 'a number';
    throw this.wrong(key, text, `It must be ${kind} from ${String(least)} to ${String(most)}.`);
  }

  /** @throws InfillError `invalid-request` that names the parameter. */
  flag(key: string): boolean {
    const text = this.text(key) ?? 'false';
    if (text === 'true' || text === 'false') return text === 'true';
    throw this.wrong(key, text, 'It must be true or false.');
  }

  text(key: string): string | undefined {
    this.known.push(key);
    return this.spec.parameters.get(key);
  }

  /** @throws InfillError `invalid-request` for a parameter that nothing has asked for. */
  end(): void {
    const unknown = [...this.spec.parameters.keys()].find((key) => !this.known.includes(key));
    if (unknown === undefined) return;
    throw new InfillError(
      'invalid-request',
      `"${this.name}" has no parameter "${unknown}".`,
      this.known.length === 0 ? 'It has none at all.' : `It has: ${this.known.join(', ')}.`,
    );
  }

  private wrong(key: string, value: string, remedy: string): InfillError {
    return new InfillError('invalid-request', `The parameter ${key} of "${this.name}" is "${value}".`, remedy);
  }
}
