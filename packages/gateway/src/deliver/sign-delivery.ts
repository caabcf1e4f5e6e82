/** Deliveries signed as their receiver wants: with any scheme of core’s, Standard Webhooks where none is named. */
import { randomUUID } from 'node:crypto';
import {
  createGate,
  type Gate,
  HeaderList,
  keyWarningText,
  SetupError,
  type SignedRequest,
  writtenProvider,
  writtenScheme,
} from '@countersign/core';
import { type KeyCode, keyReports, type Warning } from '@countersign/core/coverage';
import { counted } from '@countersign/core/internal/amounts';
import type { SignConfig } from '../config/delivery-config.ts';
import { secretHeaders } from '../sealed/withheld-headers.ts';
import { USUAL_SIGNATURE } from './standard-webhooks.ts';

/** A delivery that is to be signed. */
export interface UnsignedDelivery {
  /** The id of its event: the same in every attempt. */
  readonly eventId: string;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

export type SignedDelivery =
  | { readonly ok: true; readonly headers: readonly string[]; readonly body: Uint8Array }
  /** A sentence for the operator: no retry of this event mends it. */
  | { readonly ok: false; readonly problem: string };

export interface DeliverySigner {
  /** Lower-case names of the headers that it makes: what a sender called so is left out. */
  readonly headers: readonly string[];
  /** Of these, those whose values are secrets, and are shown to nobody. */
  readonly secretHeaders: readonly string[];
  /** What is to be said of the key. */
  readonly warnings: readonly Warning<KeyCode>[];
  sign(delivery: UnsignedDelivery): Promise<SignedDelivery>;
}

export interface DeliverySignerOptions {
  /** Where `sign` stands, for errors. */
  readonly option: string;
  /** Where deliveries go: what a signature may cover of it. Undefined: to no URL. */
  readonly target: URL | undefined;
  readonly now: () => number;
}

/** A shorter key is within reach of a search; RFC 2104 §3 asks for far more. */
const SHORTEST_KEY_BYTES = 8;

/** Stands for a destination that has no URL, whose scheme covers none. */
const NOWHERE = 'https://destination.invalid/';

/** What an attempt makes anew: it is in a draft so that a signature can cover it. */
const MADE_BY_SENDING = ['host', 'content-length'];

/** @throws SetupError for a key that cannot sign, and for a scheme that deliveries cannot carry */
export async function createDeliverySigner(
  config: SignConfig,
  options: DeliverySignerOptions,
): Promise<DeliverySigner> {
  const gate = naming(options.option, () => gateOf(config, options));
  const [key] = gate.keys.list();
  if (key?.bytes !== undefined && key.bytes < SHORTEST_KEY_BYTES && config.allowShortKey !== true) {
    const [more] = key.warnings.filter(({ code }) => code !== 'short');
    throw new SetupError(
      `${options.option}.secret`,
      `the key is ${counted(key.bytes, 'byte')} long; at least ${SHORTEST_KEY_BYTES} are required${more === undefined ? '' : `; ${keyWarningText(more)}`}`,
      'Use a longer key, or set allowShortKey beside it.',
    );
  }
  return signerOf(gate, options);
}

/**
 * As the sender signs: with the gate’s own scheme, and the key of its ring that signs now, so that what is sent again days later is as fresh as new.
 * @param gate of the event; undefined at one of unsigned requests
 * @throws SetupError where the gate has no key that can sign, or its proof is no header
 */
export async function createSenderSigner(
  gate: Gate | undefined,
  options: DeliverySignerOptions,
): Promise<DeliverySigner> {
  const { option } = options;
  if (gate === undefined)
    throw new SetupError(
      option,
      'is sender, and the gate takes unsigned requests',
      'Name a secret to sign with.',
    );
  if (gate.scheme.headers.proof.length === 0) {
    throw new SetupError(
      option,
      `is sender, and the proof of ${gate.provider} does not stand in a header`,
      'Leave it out, and the sender’s own proof is passed through; or name a secret to sign with.',
    );
  }
  return signerOf(gate, options);
}

async function signerOf(gate: Gate, options: DeliverySignerOptions): Promise<DeliverySigner> {
  const [key] = gate.keys.list();
  refuseUnaddressed(gate, options);
  const target = options.target ?? new URL(NOWHERE);
  const { needsNonce, headerNames } = await tryOut(gate, target, options.option);
  return {
    headers: [...new Set([...gate.scheme.headers.proof, ...headerNames])],
    secretHeaders: secretHeaders(gate.scheme),
    warnings: key ? keyReports(key) : [],
    sign: (delivery) => sign(gate, target, delivery, needsNonce),
  };
}

function gateOf({ secret, encoding, keyId, proof }: SignConfig, { now }: DeliverySignerOptions): Gate {
  return createGate({
    ...(proof?.kind === 'scheme'
      ? { scheme: writtenScheme(proof.scheme) }
      : { provider: writtenProvider(proof?.id ?? USUAL_SIGNATURE, proof?.options) }),
    keys: [
      {
        secret: secret.reveal(),
        ...(keyId !== undefined && { id: keyId }),
        ...(encoding !== undefined && { encoding }),
      },
    ],
    // Refused above, with the place of this key.
    allowShortKey: true,
    now,
  });
}

/** Core names its options as a gate has them. */
function naming<T>(option: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw error instanceof SetupError ? named(error, option) : error;
  }
}

function named({ option, problem, remedy }: SetupError, place: string): SetupError {
  const own = option.replace(/^keys(?:\[0\])?(?:\.secret)?$/, 'secret').replace(/^keys\[0\]\./, '');
  return new SetupError(`${place}.${own}`, problem, remedy);
}

const ADDRESS = ['host', 'path', 'query'] as const;

function refuseUnaddressed({ coverage, provider }: Gate, { option, target }: DeliverySignerOptions): void {
  const part = ADDRESS.find((name) => coverage.covered.includes(name));
  if (target !== undefined || part === undefined) return;
  throw new SetupError(
    option,
    `${provider} signs the URL (its ${part}), and the destination has none`,
    'Sign with a scheme that covers the body only, such as standard-webhooks.',
  );
}

/** What signing asks for, and what it writes. */
interface SigningNeeds {
  readonly needsNonce: boolean;
  /** Lower-case names of the headers that it added. */
  readonly headerNames: readonly string[];
}

/** Signs nothing in particular, so that what can never work fails at the start. */
async function tryOut(gate: Gate, target: URL, option: string): Promise<SigningNeeds> {
  try {
    return await tryWith(gate, target, option, false);
  } catch (error) {
    if (!(error instanceof SetupError) || error.option !== 'request.nonce') throw error;
    return tryWith(gate, target, option, true);
  }
}

async function tryWith(gate: Gate, target: URL, option: string, needsNonce: boolean): Promise<SigningNeeds> {
  const draft = draftOf(TRIAL, target, needsNonce);
  const signed = await signedTrial(gate, draft, option);
  if (signed === undefined) return { needsNonce, headerNames: [] };
  if (signed.url !== target.href) {
    throw new SetupError(
      option,
      `${gate.provider} writes into the URL’s query, which all deliveries of a destination share`,
      'Sign with a scheme whose signature sits in a header or in the body.',
    );
  }
  const names = signed.headers.flat.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  return { needsNonce, headerNames: names.filter((name) => draft.headers.count(name) === 0) };
}

/** Undefined where only this body cannot be signed: another may. */
async function signedTrial(
  gate: Gate,
  draft: ReturnType<typeof draftOf>,
  option: string,
): Promise<SignedRequest | undefined> {
  try {
    return await gate.sign(draft);
  } catch (error) {
    if (!(error instanceof SetupError) || error.option === 'request.nonce') throw error;
    if (error.option.startsWith('request')) return undefined;
    throw named(error, option);
  }
}

const TRIAL: UnsignedDelivery = {
  eventId: '00000000-0000-7000-8000-000000000000',
  method: 'POST',
  headers: ['content-type', 'application/json'],
  body: Buffer.from('{}'),
};

/** The id stays, and the time is that of this attempt: so the receiver knows what it has seen, and what is old. */
async function sign(
  gate: Gate,
  target: URL,
  delivery: UnsignedDelivery,
  needsNonce: boolean,
): Promise<SignedDelivery> {
  try {
    const signed = await gate.sign(draftOf(delivery, target, needsNonce));
    if (signed.url !== target.href) {
      return { ok: false, problem: `it cannot be signed: ${gate.provider} would write into the URL’s query` };
    }
    return { ok: true, headers: withoutMade(signed.headers.flat), body: signed.body };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { ok: false, problem: `it cannot be signed: ${error.message}` };
  }
}

function draftOf({ eventId, method, headers, body }: UnsignedDelivery, target: URL, needsNonce: boolean) {
  return {
    method,
    url: target.href,
    headers: HeaderList.fromRaw([...headers, 'host', target.host, 'content-length', String(body.length)]),
    body,
    id: eventId,
    ...(needsNonce && { nonce: randomUUID() }),
  };
}

function withoutMade(flat: readonly string[]): readonly string[] {
  return flat.filter((_, i) => !MADE_BY_SENDING.includes((flat[i - (i % 2)] ?? '').toLowerCase()));
}
