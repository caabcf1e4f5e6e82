/** A signed request to compare one’s own with: made by the gate’s scheme, with a throw-away key. */
import type { Gate, SignedRequest } from '@countersign/core';
import { type RecipePlace, type SigningRecipe, signedBytes } from '@countersign/core/internal/signing-recipe';

export interface TestVector {
  /** The throw-away key’s text, or the PEM of its private key. */
  readonly key: string;
  readonly timestamp?: string;
  readonly id?: string;
  readonly nonce?: string;
  /** As given to the program, before anything is put into it. */
  readonly body: string;
  /** The bytes that are signed, in hex. */
  readonly messageHex: string;
  /** As it stands at its place. Of ECDSA and RSASSA-PSS another one each time. */
  readonly signature: string;
  readonly request: SignedRequest;
}

const TIME_MS = Date.UTC(2026, 0, 2, 3, 4, 5);
const NONCE = '00112233445566778899aabbccddeeff';

/** What is sent where a form is, and where JSON is: letters of two and four bytes are where programs go wrong. */
const FORM_BODY = 'order=1042&note=caf%C3%A9+%F0%9F%98%80';
const JSON_BODY = '{"order":1042,"note":"café 😀"}';

export interface VectorInput {
  /** Of the throw-away key; its clock must be `vectorTimeMs`. */
  readonly gate: Gate;
  readonly key: string;
  readonly recipe: SigningRecipe;
  readonly url: string;
  readonly method: string;
  readonly contentType: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly hasId: boolean;
  readonly hasNonce: boolean;
}

/** The clock of a gate that makes vectors. */
export function vectorTimeMs(): number {
  return TIME_MS;
}

/** @throws SetupError where the scheme cannot sign it; TypeError where its own gate refuses it. */
export async function testVector(input: VectorInput): Promise<TestVector> {
  const { gate, key, recipe, url, method, contentType, headers, hasId, hasNonce } = input;
  const body = contentType === 'application/json' ? JSON_BODY : FORM_BODY;
  const request = await gate.sign({
    method,
    url,
    headers: [['content-type', contentType], ['host', new URL(url).host], ...headers],
    body,
    timestampMs: TIME_MS,
    ...(hasNonce && { nonce: NONCE }),
    ...(hasId && { id: NONCE }),
  });
  const trace = await gate.trace(request);
  if (!trace.verdict.ok) throw new TypeError(`the test vector is refused: ${trace.verdict.message}`);
  const message = signedBytes(trace);
  if (message === undefined) throw new TypeError('the test vector has no message');
  const unit = recipe.timestamp?.unit;
  return {
    key,
    ...(unit && { timestamp: timeText(unit) }),
    ...(hasId && { id: NONCE }),
    ...(hasNonce && { nonce: NONCE }),
    body,
    messageHex: Buffer.from(message).toString('hex'),
    signature: textAt(recipe.signature.place, request),
    request,
  };
}

function timeText(unit: 's' | 'ms' | 'rfc3339'): string {
  if (unit === 'rfc3339') return `${new Date(TIME_MS).toISOString().slice(0, 19)}Z`;
  return String(unit === 's' ? TIME_MS / 1000 : TIME_MS);
}

/** The text at a place of a signed request. */
export function textAt(place: RecipePlace, { url, headers, body }: SignedRequest): string {
  const text = Buffer.from(body).toString('utf8');
  switch (place.kind) {
    case 'header':
    case 'item':
      return headers.get(place.name) ?? '';
    case 'query':
      return new URL(url).searchParams.get(place.name) ?? '';
    case 'field':
      return new URLSearchParams(text).get(place.name) ?? '';
    case 'member':
      return String(
        place.names.reduce<unknown>(
          (value, name) => (value as Readonly<Record<string, unknown>>)[name],
          JSON.parse(text),
        ),
      );
  }
}
