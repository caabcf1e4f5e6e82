/** Numbers that a search can breed, and the families of requests that are made from them. */
import type { SignedRequest } from '@countersign/core';

/** Numbers from 0 up to 1; each family reads as many as it wants. */
export type Genome = readonly number[];

export interface Family {
  readonly name: string;
  /** Which part of a request it fills. */
  readonly part: 'body' | 'head';
  /** @param bytes about how long the body may be, or the head where the family lives there */
  make(genuine: SignedRequest, genome: Genome, bytes: number): SignedRequest;
}

export const GENES = 12;

/** Reads a genome gene by gene. */
export function reader(genome: Genome) {
  let at = 0;
  const next = (): number => genome[at++ % genome.length] as number;
  return {
    next,
    pick: <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)] as T,
    /** Up to a bound, the small ones as likely as the large ones. */
    upTo: (bound: number): number => Math.floor((bound + 1) ** next()) - 1,
  };
}

/** Text of that many bytes at most, of one unit or of two in turn. */
export function fill(units: readonly [string, string], run: number, bytes: number): string {
  const [a, b] = units;
  const turn = a.repeat(run + 1) + b;
  const turns = Math.floor(bytes / Math.max(1, Buffer.byteLength(turn)));
  return turns > 0 ? turn.repeat(turns) : a.repeat(Math.floor(bytes / Math.max(1, Buffer.byteLength(a))));
}

export function withBody(genuine: SignedRequest, type: string, text: string): SignedRequest {
  return {
    ...genuine,
    headers: genuine.headers.with('content-type', type),
    body: Buffer.from(text),
  };
}
