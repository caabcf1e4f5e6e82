/** What judging one request costs: time, the longest time that nothing else had its turn, memory. */
import { createHmac } from 'node:crypto';
import type { Gate, SignedRequest } from '@countersign/core';

/** CPU time, so that a neighbour's turn counts for nothing. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export interface Cost {
  /** From the call to the verdict. */
  readonly ms: number;
  /** The longest stretch between two turns of the event loop. */
  readonly heldMs: number;
}

/** The least of some tries: what is more is the machine's. */
export async function costOf(gate: Gate, request: SignedRequest, tries: number): Promise<Cost> {
  let ms = Number.POSITIVE_INFINITY;
  let heldMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const cost = await once(gate, request);
    ms = Math.min(ms, cost.ms);
    heldMs = Math.min(heldMs, cost.heldMs);
  }
  return { ms, heldMs };
}

async function once(gate: Gate, request: SignedRequest): Promise<Cost> {
  await new Promise(setImmediate);
  const start = cpuMs();
  const verdict = gate.verify(request);
  if (!(verdict instanceof Promise)) {
    const ms = cpuMs() - start;
    return { ms, heldMs: ms };
  }
  let heldMs = 0;
  let lastMs = start;
  let isDone = false;
  const look = (): void => {
    const nowMs = cpuMs();
    heldMs = Math.max(heldMs, nowMs - lastMs);
    lastMs = nowMs;
  };
  const watch = (): void => {
    look();
    if (!isDone) setImmediate(watch);
  };
  look();
  setImmediate(watch);
  await verdict;
  const ms = cpuMs() - start;
  look();
  isDone = true;
  return { ms, heldMs };
}

export interface Reading {
  readonly ms: number;
  /** What the yardstick allows. */
  readonly mostMs: number;
}

/**
 * Reads cost and yardstick side by side, so that a processor that is slower for a while is slower for both.
 * @returns undefined where one reading of so many is within its bound; the closest of them otherwise
 */
export async function excessOf(
  tries: number,
  read: () => Reading | Promise<Reading>,
): Promise<Reading | undefined> {
  let closest: Reading | undefined;
  for (let i = 0; i < tries; i++) {
    const reading = await read();
    if (reading.ms <= reading.mostMs) return undefined;
    if (closest === undefined || reading.ms / reading.mostMs < closest.ms / closest.mostMs) closest = reading;
  }
  return closest;
}

/** The least time of some calls. */
export function leastMs(run: () => unknown, tries: number): number {
  let ms = Number.POSITIVE_INFINITY;
  for (let i = 0; i < tries; i++) {
    const start = cpuMs();
    run();
    ms = Math.min(ms, cpuMs() - start);
  }
  return ms;
}

const SECRET = 'a secret of thirty-two characters';

/** One HMAC over the bytes. */
export function macMs(bytes: Uint8Array, digest: string, tries: number): number {
  return leastMs(() => createHmac(digest, SECRET).update(bytes).digest(), tries);
}

const DECODER = new TextDecoder('utf-8', { fatal: true });

/**
 * `JSON.parse` of the same bytes, which decodes them first: to its end, or to where it throws. Of a usual document of
 * the same length where they begin like no JSON object: a form.
 */
export function parseMs(bytes: Uint8Array, tries: number): number {
  const text = bytes[0] === OPEN_OBJECT ? bytes : usualDocument(bytes.length);
  return leastMs(() => {
    try {
      JSON.parse(DECODER.decode(text));
    } catch (error) {
      // What was cut short is no JSON.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }, tries);
}

const OPEN_OBJECT = 0x7b;

const RECORD = {
  id: 123456,
  name: 'some name',
  tags: ['a', 'b', 'c'],
  note: 'The quick brown fox jumps over the lazy dog.',
  price: 1.5,
  ok: true,
};

const documents = new Map<number, Uint8Array>();

function usualDocument(length: number): Uint8Array {
  const earlier = documents.get(length);
  if (earlier) return earlier;
  const record = JSON.stringify(RECORD);
  const document = Buffer.from(
    `[${`${record},`.repeat(Math.max(0, Math.floor(length / (record.length + 1)) - 1))}0]`,
  );
  documents.set(length, document);
  return document;
}

/** The most memory that is held beyond what was held before, sampled at every turn of the loop. */
export async function memoryOf(gate: Gate, request: SignedRequest): Promise<number> {
  const collect = (globalThis as { gc?: () => void }).gc;
  collect?.();
  const held = (): number => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  let most = 0;
  let isDone = false;
  const watch = (): void => {
    collect?.();
    most = Math.max(most, held() - before);
    if (!isDone) setImmediate(watch);
  };
  const verdict = gate.verify(request);
  watch();
  await verdict;
  isDone = true;
  return most;
}
