// Put the cursor after "return " and press Alt+\, or just type.
export class Stack<T> {
  private readonly items: T[] = [];

  push(item: T): void {
    this.items.push(item);
  }

  pop(): T | undefined {
    return 
  }

  get size(): number {
    return this.items.length;
  }
}
