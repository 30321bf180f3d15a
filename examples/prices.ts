export interface Item {
  name: string;
  price: number;
  quantity: number;
}

/** The price of all items together. */
export function total(items: readonly Item[]): number {
  let sum = 0;
  for (const item of items) {
    
  }
  return sum;
}

/** The items that cost more than a limit, the most expensive first. */
export function expensive(items: readonly Item[], limit: number): Item[] {
  return items.filter((item) => item.price > limit).sort((a, b) => b.price - a.price);
}
