/** A request that is refused, and the words that an operator reads of it. */
import { createHmac } from 'node:crypto';
import {
  createGate,
  type Gate,
  type GateOptions,
  type RequestParts,
  requestFrom,
  type Verdict,
} from '../../src/index.ts';
import { NOW } from '../tokens/mint.ts';

export interface RefusalCase {
  /** What is the matter, in words that the program has no part in. */
  readonly when: string;
  /** What `createGate` is given, as a configuration file has it: not held against the types. */
  readonly gate: object;
  readonly request: Partial<RequestParts>;
  /** The whole sentence. */
  readonly says: string;
  /** What it advises to do. */
  readonly remedy: string;
}

export const SECRET = 'a secret of thirty-two characters';

/** A scheme of one header over the body, with changes. */
export const overBody = (changes: object = {}): object => ({
  scheme: { algorithm: 'hmac-sha256', message: '{body}', signature: { header: 'x-signature' }, ...changes },
});

export const hmacHex = (message: string, key: string = SECRET): string =>
  createHmac('sha256', key).update(message).digest('hex');

/** 64 letters of hex: well-formed, and nobody's signature. */
export const NO_SIGNATURE: string = 'ab'.repeat(32);

export const FORM = 'application/x-www-form-urlencoded';

/** @param more a replay guard, another clock */
export const gateOf = (gate: object, more: Partial<GateOptions> = {}): Gate =>
  createGate({ keys: [SECRET], now: () => NOW, ...gate, ...more } as GateOptions);

/** Judges the case's request. A POST of `{}` to `/hook` with a secret of one key, where the case says nothing else. */
export async function judgeCase({ gate, request }: Pick<RefusalCase, 'gate' | 'request'>): Promise<Verdict> {
  const made = gateOf(gate);
  return made.verify(requestFrom({ method: 'POST', url: '/hook', headers: {}, body: '{}', ...request }));
}
