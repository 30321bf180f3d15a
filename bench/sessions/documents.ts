/** A document in which some lines are still to be typed. */
export interface SessionDocument {
  readonly file: string;
  readonly before: string;
  readonly typed: string;
  readonly after: string;
}

/** Written for this measurement: what somebody types in the middle of a file of each kind. */
export const DOCUMENTS: readonly SessionDocument[] = [
  {
    file: 'orders.ts',
    before: `import { formatPrice } from './formatPrice';

export interface Line {
  readonly name: string;
  readonly quantity: number;
  readonly price: number;
}

export interface Order {
  readonly id: number;
  readonly lines: readonly Line[];
  readonly paid: boolean;
}

export function totalOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.quantity * line.price, 0);
}

`,
    typed: `export function unpaidOrders(orders: readonly Order[]): Order[] {
  return orders.filter((order) => !order.paid);
}

export function describeOrder(order: Order): string {
  const names = order.lines.map((line) => line.name);
  const total = formatPrice(totalOf(order));
  return \`Order \${order.id}: \${names.join(', ')} (\${total})\`;
}
`,
    after: `
export function isEmpty(order: Order): boolean {
  return order.lines.length === 0;
}
`,
  },
  {
    file: 'report.py',
    before: `"""Daily report of what the sensors measured."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Reading:
    sensor: str
    hour: int
    value: float


def read_file(path: Path) -> list[Reading]:
    with path.open(newline="") as file:
        return [Reading(row["sensor"], int(row["hour"]), float(row["value"])) for row in csv.DictReader(file)]


`,
    typed: `def by_sensor(readings: list[Reading]) -> dict[str, list[Reading]]:
    groups = defaultdict(list)
    for reading in readings:
        groups[reading.sensor].append(reading)
    return dict(groups)


def highest(readings: list[Reading]) -> Reading:
    return max(readings, key=lambda reading: reading.value)
`,
    after: `

def main(path: str) -> None:
    for sensor, readings in by_sensor(read_file(Path(path))).items():
        print(sensor, highest(readings).value)
`,
  },
  {
    file: 'guide.md',
    before: `# Getting started

This guide shows how to install the command line tool, how to create a project and how to publish it.

## Install

Install the tool with npm:

\`\`\`sh
npm install --global sitekit
\`\`\`

## Create a project

Run \`sitekit new my-site\` to create a folder with the files of a new project:

- \`pages\` holds one file for each page of the site.
- \`assets\` holds images and style sheets.
`,
    typed: `- \`sitekit.json\` holds the settings of the project.

Open the folder in your editor and change \`pages/index.md\`. To see the result, start the local server:

\`\`\`sh
sitekit serve
\`\`\`
`,
    after: `
## Publish

Run \`sitekit publish\` to upload the site. The first time you will be asked for the address of the server.
`,
  },
  {
    file: 'Cart.jsx',
    before: `import { useState } from 'react';
import { CartItem } from './CartItem';

export function Cart({ items, onCheckout }) {
  const [selected, setSelected] = useState([]);

  const toggle = (id) => {
    setSelected((ids) => (ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id]));
  };

`,
    typed: `  if (items.length === 0) {
    return <p className="empty">Your cart is empty.</p>;
  }

  return (
    <div className="cart">
      {items.map((item) => (
        <CartItem key={item.id} item={item} selected={selected.includes(item.id)} onToggle={toggle} />
      ))}
`,
    after: `      <button disabled={selected.length === 0} onClick={() => onCheckout(selected)}>
        Checkout
      </button>
    </div>
  );
}
`,
  },
  {
    file: 'pipeline.yaml',
    before: `name: build
on:
  push:
    branches: [main]
  pull_request:

jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: npm run lint

`,
    typed: `  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - run: npm ci
      - run: npm test
`,
    after: `
  release:
    needs: [lint, test]
    runs-on: ubuntu-latest
`,
  },
  {
    file: 'settings.json',
    before: `{
  "name": "shop",
  "version": "2.1.0",
  "server": {
    "host": "localhost",
    "port": 8080,
    "timeout": 30
  },
  "database": {
    "host": "localhost",
    "port": 5432,
`,
    typed: `    "name": "shop",
    "user": "shop",
    "timeout": 10
  },
  "cache": {
    "host": "localhost",
    "port": 6379,
    "timeout": 5
  },
`,
    after: `  "logging": {
    "level": "info",
    "file": "logs/shop.log"
  }
}
`,
  },
];
