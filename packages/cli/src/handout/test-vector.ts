/** A signed request to compare one’s own with: made by the gate’s scheme, with a throw-away key. */
import type { Draft, Gate, SignedRequest } from '@countersign/core';
import { type RecipePlace, signedBytes, type TokenRecipe } from '@countersign/core/internal/signing-recipe';
import type { AnyRecipe } from './any-recipe.ts';
import { dpopOf } from './dpop-vector.ts';
import type { Atom, PlanVariable } from './plan-parts.ts';
import type { SigningPlan } from './signing-plan.ts';
import { claimsOf, SAMPLE_ADDRESS, TOKEN_SECONDS } from './token-plan.ts';

export interface TestVector {
  /** The throw-away key’s text, or the PEM of its private key. */
  readonly key: string;
  /** That a DPoP proof comes with. */
  readonly accessToken?: string;
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
  /** The gate with the throw-away key in its ring’s place; its clock must be `vectorTimeMs`. */
  gateOf(): Gate;
  readonly key: string;
  readonly of: AnyRecipe;
  readonly plan: SigningPlan;
}

/** The clock of a gate that makes vectors. */
export function vectorTimeMs(): number {
  return TIME_MS;
}

/** @throws SetupError where the scheme cannot sign it; TypeError where its own gate refuses it. */
export async function testVector({ gateOf, key, of, plan }: VectorInput): Promise<TestVector> {
  const body = bodyOf(plan);
  const beside = dpopOf({ key, of, plan, timeMs: TIME_MS, id: NONCE });
  const gate = beside ? beside.gate(vectorTimeMs) : gateOf();
  const request = beside
    ? await beside.request(gate, draftOf({ of, plan, body }))
    : await gate.sign(draftOf({ of, plan, body }));
  const place = placeOf(of, plan);
  const trace = await gate.trace({ ...request, remoteAddress: SAMPLE_ADDRESS });
  if (!trace.verdict.ok) throw new TypeError(`the test vector is refused: ${trace.verdict.message}`);
  const message = of.kind === 'token' ? signedPart(textAt(place, request)) : signedBytes(trace);
  if (message === undefined) throw new TypeError('the test vector has no message');
  const accessToken = beside && request.headers.get('authorization')?.replace('DPoP ', '');
  return {
    key,
    ...(accessToken !== undefined && { accessToken }),
    ...(plan.timestamp && { timestamp: timeText(plan.timestamp) }),
    ...(plan.hasId && { id: NONCE }),
    ...(plan.hasNonce && { nonce: NONCE }),
    body,
    messageHex: Buffer.from(message).toString('hex'),
    signature: textAt(place, request),
    request,
  };
}

/** Of a token behind its prefix: all before its signature. */
function signedPart(token: string): Uint8Array {
  return Buffer.from(token.slice(token.lastIndexOf(' ') + 1, token.lastIndexOf('.')));
}

function bodyOf({ hasBody, contentType }: SigningPlan): string {
  if (!hasBody) return '';
  return contentType === 'application/json' ? JSON_BODY : FORM_BODY;
}

function draftOf({ of, plan, body }: Pick<VectorInput, 'of' | 'plan'> & { readonly body: string }): Draft {
  const { method, url, hasBody, contentType, headers, hasId, hasNonce, computed } = plan;
  const bound = of.kind === 'token' ? of.recipe.binding : [];
  const samples = computed.flatMap((step) =>
    step.variable.startsWith('bound') && 'of' in step ? [step.of] : [],
  );
  const isMeasured = plan.derived.includes('length');
  // A gate that is not told its origin takes every request for one over https.
  const hasOrigin = of.kind !== 'template' || of.recipe.origin !== undefined;
  return {
    method,
    url: hasOrigin ? url : url.replace(/^http:/, 'https:'),
    headers: [
      ...(hasBody ? [['content-type', contentType] as const] : []),
      ...(isMeasured ? [['content-length', String(Buffer.byteLength(body))] as const] : []),
      ['host', new URL(url).host],
      ...headers,
      ...bound.map((name, i) => [name, textOf(samples[i] ?? [])] as const),
    ],
    body,
    timestampMs: TIME_MS,
    ...(hasNonce && { nonce: NONCE }),
    ...(hasId && { id: NONCE }),
    ...(of.kind === 'token' && !of.recipe.dpop && { claims: claimValues(of.recipe) }),
  };
}

function textOf(atoms: readonly Atom[]): string {
  return atoms.map((atom) => ('text' in atom ? atom.text : '')).join('');
}

/** The claim `pay` is made by whoever signs. */
function claimValues(recipe: TokenRecipe): Readonly<Record<string, unknown>> {
  const values: Readonly<Partial<Record<PlanVariable, string>>> = {
    timestamp: String(TIME_MS / 1000),
    expires: String(TIME_MS / 1000 + TOKEN_SECONDS),
    id: NONCE,
  };
  const claims = claimsOf(recipe).filter(({ name }) => name !== 'pay' || recipe.binding.length === 0);
  return Object.fromEntries(
    claims.map(({ name, source }) => [
      name,
      JSON.parse(source.map((atom) => ('text' in atom ? atom.text : (values[atom.variable] ?? ''))).join('')),
    ]),
  );
}

function placeOf(of: AnyRecipe, { signaturePut }: SigningPlan): RecipePlace {
  if (of.kind === 'template') return of.recipe.signature.place;
  return { kind: 'header', name: 'name' in signaturePut ? signaturePut.name : '' };
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
