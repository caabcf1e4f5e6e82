/** A genuine request of a gate's sender, made up: with the method, path and body that the gate takes, signed with its active key. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { HeaderList, SetupError, type SignedRequest } from '@countersign/core';
import {
  type RecipePlace,
  type SigningRecipe,
  sampleClaims,
  signingRecipe,
} from '@countersign/core/internal/signing-recipe';
import type { GateConfig } from '../config/config.ts';
import { namesAction } from '../config/path-pattern.ts';
import type { OpenGate } from '../gates/open-gate.ts';
import { sampleInput } from '../input/sample-input.ts';
import { vendorOf } from '../vendors/all.ts';
import type { VendorContent } from '../vendors/vendor.ts';

/** POST where the gate takes it. */
export function sampleMethod({ methods }: Pick<GateConfig, 'methods'>): string {
  return methods === 'all' || methods.includes('POST') ? 'POST' : (methods[0] ?? 'POST');
}

/** A segment that names nothing known stands for anything. */
export function samplePath({ segments }: Pick<GateConfig, 'segments'>, action: string): string {
  const texts = segments.map((segment) => {
    if (segment.kind === 'literal') return segment.text;
    return segment.kind === 'param' && namesAction(segment) ? action : 'test';
  });
  return `/${texts.join('/')}`;
}

/**
 * Another one each time, so that none is a repeat. Its URL is a path, and its Host field there.
 * @returns undefined where the gate takes unsigned requests, and where none of its keys can sign for it now
 */
export async function sampleRequest(
  gate: OpenGate,
  { host, nowMs }: { readonly host: string; readonly nowMs: number },
): Promise<SignedRequest | undefined> {
  const { config, coreGate } = gate;
  if (coreGate === undefined) return undefined;
  const method = sampleMethod(config);
  const recipe = signingRecipe(coreGate.scheme);
  const typed = recipe?.type?.kind === 'header' ? [recipe.type.name, TYPE] : [];
  const hasBody = method !== 'GET' && method !== 'HEAD';
  for (const { contentType, body } of hasBody ? contentsOf(gate, recipe) : [NO_BODY]) {
    const fields = ['Host', host, ...(hasBody ? ['Content-Type', contentType] : []), ...typed];
    try {
      return await coreGate.sign({
        method,
        url: samplePath(config, gate.actions[0]?.action.name ?? 'test'),
        headers: new HeaderList(fields),
        body: Buffer.from(body, 'utf8'),
        claims: sampleClaims(coreGate.scheme, nowMs),
        ...(recipe?.nonce && { nonce: randomUUID() }),
      });
    } catch (error) {
      // No key that signs, or a body of another form than the scheme reads.
      if (!(error instanceof SetupError)) throw error;
    }
  }
  return undefined;
}

const NO_BODY: VendorContent = { contentType: '', body: '' };

const TYPE = 'order.paid';

/** An event with its id and its type where the sender’s scheme has them. */
function sampleEvent(recipe: SigningRecipe | undefined): Readonly<Record<string, unknown>> {
  const id = `evt_${randomUUID()}`;
  const event = { id, type: TYPE, amount: 1250, customer: 'Zoë' };
  return placed(placed(event, recipe?.id, id), recipe?.type, TYPE);
}

function placed(
  event: Readonly<Record<string, unknown>>,
  place: RecipePlace | undefined,
  value: string,
): Readonly<Record<string, unknown>> {
  if (place?.kind !== 'member') return event;
  const [name = '', ...inner] = place.names;
  return { ...event, [name]: inner.reduceRight<unknown>((member, key) => ({ [key]: member }), value) };
}

/** What its sender may send, the likelier first: a call of its first action, or an event as JSON, or as a form. */
function contentsOf(
  { config, actions }: OpenGate,
  recipe: SigningRecipe | undefined,
): readonly VendorContent[] {
  const [ready] = actions;
  if (ready !== undefined) {
    const vendor = vendorOf(config.proof.kind === 'provider' ? config.proof.id : undefined);
    return [vendor.contentOf(ready.action.name, sampleInput(ready.input.jsonSchema))];
  }
  const event = sampleEvent(recipe);
  const fields = Object.entries(event).map(([name, value]): [string, string] => [name, String(value)]);
  return [
    { contentType: JSON_TYPE, body: JSON.stringify(event) },
    { contentType: FORM_TYPE, body: new URLSearchParams(fields).toString() },
  ];
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The request with another body, of the same form: what somebody on its way could make of it. Undefined where it has none. */
export function withChangedBody(request: SignedRequest): SignedRequest | undefined {
  const text = Buffer.from(request.body).toString('utf8');
  if (text === '') return undefined;
  const isJson = text.endsWith('}');
  const changed = isJson
    ? `${text.slice(0, -1)}${text === '{}' ? '' : ','}"changed":true}`
    : `${text}&changed=1`;
  return { ...request, body: Buffer.from(changed, 'utf8') };
}
