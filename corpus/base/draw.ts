/** Choices by name: the same name draws the same, whatever else is made before it. */
import { createHash } from 'node:crypto';

/** The moment that the corpus plays at: 2026-03-05T09:30:00Z. */
const BASE_MS = Date.UTC(2026, 2, 5, 9, 30, 0);

let everyLabel = '';

/** Everything is drawn otherwise from now on: other requests of the same kinds. */
export function drawOtherwise(word: string): void {
  everyLabel = `${word}/`;
}

export function bytesOf(label: string, count: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 32 < count; i++) {
    blocks.push(createHash('sha256').update(`${everyLabel}${label}/${i}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, count);
}

/** From 0 to `count` - 1. */
export function draw(label: string, count: number): number {
  return bytesOf(label, 6).readUIntBE(0, 6) % count;
}

export function pick<T>(label: string, items: readonly T[]): T {
  const item = items[draw(label, items.length)];
  if (item === undefined) throw new Error(`nothing to pick from: ${label}`);
  return item;
}

/** So many different items, or all. */
export function pickSome<T>(label: string, items: readonly T[], count: number): readonly T[] {
  return items
    .map((item, i) => ({ item, order: draw(`${label}/${i}`, 1e9) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export function word(label: string, length: number): string {
  return [...bytesOf(label, length)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

/** When the request of this label is signed: within a day from `BASE_MS`, whole seconds. */
export function timeOf(label: string): number {
  return BASE_MS + 1000 * draw(`${label}/time`, 86_400);
}

export function uuidOf(label: string): string {
  const hex = bytesOf(label, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
