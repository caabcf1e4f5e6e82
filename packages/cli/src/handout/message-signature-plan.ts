/** What a program does to sign a request as RFC 9421 says, and send it. */
import type { MessageSignatureRecipe, RecipeComponent } from '@countersign/core/internal/signing-recipe';
import { isSetByClient } from './client-headers.ts';
import { derivedOf } from './derived-variables.ts';
import { type Atom, type Computed, joined } from './plan-parts.ts';
import { BODILESS, type Put, readSecret, type SigningPlan, sampleHeaders } from './signing-plan.ts';

export interface MessageSignaturePlanInput {
  readonly recipe: MessageSignatureRecipe;
  readonly method: string;
  readonly url: string;
  readonly keyEncoding: string | undefined;
  /** The gate’s id of the key. */
  readonly keyId: string;
}

const CONTENT_TYPE = 'application/json';

/** Why there is none is a sentence. */
export function messageSignaturePlan(input: MessageSignaturePlanInput): SigningPlan | string {
  const { recipe, method, url, keyEncoding, keyId } = input;
  const hasBody = !BODILESS.includes(method);
  const components = recipe.components.filter(({ name }) => hasBody || name !== 'content-digest');
  const reason = components.map(reasonAgainst).find((text) => text !== undefined);
  if (reason !== undefined) return reason;
  if (!/^[\x20-\x7e]*$/.test(keyId)) {
    return 'The key’s id has letters that the parameter keyid cannot hold: give the key another id.';
  }
  const secret = recipe.algorithm.startsWith('hmac-')
    ? readSecret({ encoding: 'utf8' }, keyEncoding)
    : undefined;
  if (typeof secret === 'string') return secret;
  const usesDigest = components.some(({ name }) => name === 'content-digest');
  const puts: Put[] = usesDigest
    ? [{ kind: 'header', name: 'content-digest', value: [{ variable: 'contentDigest' }] }]
    : [];
  const fields = components.flatMap(({ name }) => (name.startsWith('@') ? [] : [name]));
  const headers = sampleHeaders({ named: fields, puts, contentType: CONTENT_TYPE, hasBody });
  const parameters = parametersOf(input, components);
  const message: readonly Atom[] = joined([
    ...components.flatMap((component) => [
      { text: `${component.identifier}: ` },
      ...componentText(component, { recipe, method, url, headers }),
      { text: '\n' },
    ]),
    { text: '"@signature-params": ' },
    ...parameters,
  ]);
  const { label } = recipe;
  const signatureText: readonly Atom[] = [{ text: `${label}=:` }, { variable: 'signature' }, { text: ':' }];
  return {
    method,
    url,
    hasBody,
    contentType: CONTENT_TYPE,
    headers,
    algorithm: recipe.algorithm,
    ...(secret && { secret }),
    timestamp: 's',
    hasId: false,
    hasNonce: recipe.required.includes('nonce'),
    puts: [
      ...puts,
      { kind: 'header', name: 'signature-input', value: joined([{ text: `${label}=` }, ...parameters]) },
    ],
    derived: derivedOf(message),
    computed: [...digestOf(recipe, usesDigest), ...expiryOf(recipe)],
    message,
    encoding: 'base64',
    signatureText,
    signaturePut: { kind: 'header', name: 'signature', value: signatureText },
  };
}

/** As a sentence. */
function reasonAgainst({ name, identifier, parameters }: RecipeComponent): string | undefined {
  if (name === '@query-param')
    return `The signature covers ${identifier}, one parameter of the query: libraries of RFC 9421 read it, these programs do not.`;
  if (Object.keys(parameters).length > 0)
    return `The signature covers ${identifier}, a field that is written anew before it is signed: libraries of RFC 9421 do that, these programs do not.`;
  return isSetByClient(name)
    ? `The signature covers the header ${name}, which HTTP clients set or leave out themselves: read what yours sends, and sign that.`
    : undefined;
}

function digestOf({ digest }: MessageSignatureRecipe, isUsed: boolean): readonly Computed[] {
  if (!isUsed) return [];
  const how = digest === 'sha-256' ? 'sha256-base64' : 'sha512-base64';
  return [
    { variable: 'digestText', how, of: [{ variable: 'body' }] },
    {
      variable: 'contentDigest',
      how: 'text',
      of: [{ text: `${digest}=:` }, { variable: 'digestText' }, { text: ':' }],
    },
  ];
}

function expiryOf({ required, maxAgeMs }: MessageSignatureRecipe): readonly Computed[] {
  if (!required.includes('expires')) return [];
  return [{ variable: 'expires', how: 'later', seconds: expirySeconds(maxAgeMs) }];
}

/** What a signature of these programs is good for. */
export function expirySeconds(maxAgeMs: number): number {
  return Math.ceil(maxAgeMs / 1000);
}

/** The list of components and its parameters, in the order in which core writes them. */
function parametersOf(
  { recipe, keyId }: MessageSignaturePlanInput,
  components: readonly RecipeComponent[],
): readonly Atom[] {
  const needs = (name: MessageSignatureRecipe['required'][number]): boolean => recipe.required.includes(name);
  const list = components.map(({ identifier }) => identifier).join(' ');
  return joined([
    { text: `(${list});created=` },
    { variable: 'timestamp' },
    { text: `;keyid=${fieldString(keyId)}` },
    ...(needs('alg') ? [{ text: `;alg="${recipe.alg}"` }] : []),
    ...(needs('expires') ? [{ text: ';expires=' }, { variable: 'expires' } as const] : []),
    ...(needs('nonce') ? [{ text: ';nonce="' }, { variable: 'nonce' } as const, { text: '"' }] : []),
    ...(recipe.tag === undefined ? [] : [{ text: `;tag=${fieldString(recipe.tag)}` }]),
  ]);
}

/** A string of RFC 9651 §3.3.3. */
function fieldString(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function componentText(
  { name }: RecipeComponent,
  {
    recipe,
    method,
    url,
    headers,
  }: Pick<SigningPlan, 'method' | 'url' | 'headers'> & Pick<MessageSignaturePlanInput, 'recipe'>,
): readonly Atom[] {
  const origin = recipe.origin ?? `https://${new URL(url).host}`;
  switch (name) {
    case '@method':
      return [{ text: method }];
    case '@target-uri':
      return [{ text: origin }, { variable: 'target' }];
    case '@authority':
      return [{ text: new URL(origin).host }];
    case '@scheme':
      return [{ text: origin.split(':')[0] ?? '' }];
    case '@request-target':
      return [{ variable: 'target' }];
    case '@path':
      return [{ variable: 'path' }];
    case '@query':
      return [{ text: '?' }, { variable: 'query' }];
    case 'host':
      return [{ text: new URL(url).host }];
    case 'content-length':
      return [{ variable: 'length' }];
    case 'content-digest':
      return [{ variable: 'contentDigest' }];
    default:
      return [{ text: new Map(headers).get(name) ?? CONTENT_TYPE }];
  }
}
