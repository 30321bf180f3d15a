/** Who asks. Requests of one client never keep another's waiting for more than one of them. */
export interface Client {
  /** Of the machine, as far as it is known. Machines take turns first, then the clients of each: nobody gets more by taking many names. */
  readonly address: string;
  /** Tells the clients of an address apart. */
  readonly key: string;
  /** Whether it wants the answer of its newest request only, as an editor does while a person types. */
  readonly wantsNewest: boolean;
}

/** What waits, in the order of turns. */
export class TurnOrder<T extends { readonly client: Client }> {
  /** Addresses, the clients of each, and what each waits for, the oldest first: the first of the first comes next. */
  readonly #addresses = new Map<string, Map<string, T[]>>();

  /** All that waits. */
  get all(): readonly T[] {
    return [...this.#addresses.keys()].flatMap((address) => this.#at(address));
  }

  /** What a client waits for, the oldest first. */
  of({ address, key }: Client): readonly T[] {
    return this.#addresses.get(address)?.get(key) ?? [];
  }

  /** Behind all of its client. */
  add(waiting: T): void {
    const { address, key } = waiting.client;
    const clients = this.#addresses.get(address) ?? new Map<string, T[]>();
    this.#addresses.set(address, clients.set(key, [...(clients.get(key) ?? []), waiting]));
  }

  /** Nobody's place changes by it. */
  remove(waiting: T): void {
    const { address, key } = waiting.client;
    const clients = this.#addresses.get(address);
    const left = (clients?.get(key) ?? []).filter((each) => each !== waiting);
    if (left.length > 0) clients?.set(key, left);
    else clients?.delete(key);
    if (clients?.size === 0) this.#addresses.delete(address);
  }

  /** What comes next when `client` has had its turn: that of all others comes before its own. */
  after({ address, key }: Client): T | undefined {
    const clients = this.#addresses.get(address);
    if (clients !== undefined) {
      toEnd(clients, key);
      toEnd(this.#addresses, address);
    }
    const [first] = this.#addresses.values();
    const [[next] = []] = first?.values() ?? [];
    return next;
  }

  /** What has to go where there is no room for a request of `client`: the newest of whoever has clearly more; undefined where nobody has. */
  excess(client: Client): T | undefined {
    const addresses = [...this.#addresses.keys()].map((address) => this.#at(address));
    const most = longest(addresses);
    const isOther = most.length > this.#at(client.address).length + 1;
    const address = isOther ? (most[0]?.client.address ?? '') : client.address;
    const one = longest([...(this.#addresses.get(address)?.values() ?? [])]);
    return isOther || one.length > this.of(client).length + 1 ? one.at(-1) : undefined;
  }

  #at(address: string): readonly T[] {
    return [...(this.#addresses.get(address)?.values() ?? [])].flat();
  }
}

function toEnd<V>(map: Map<string, V>, key: string): void {
  const value = map.get(key);
  if (value === undefined) return;
  map.delete(key);
  map.set(key, value);
}

/** Of several the last. */
function longest<T>(lists: readonly (readonly T[])[]): readonly T[] {
  return lists.reduce((best, list) => (list.length >= best.length ? list : best), []);
}
