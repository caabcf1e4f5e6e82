/** A genuine request of a gate's sender, made up: with the method, path and body that the gate takes, signed with its active key. */
import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { HeaderList, SetupError, type SignedRequest } from '@countersign/core';
import { sampleClaims, sampleNonce, sampleParts } from '@countersign/core/internal/signing-recipe';
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

export interface SampleCircumstances {
  readonly host: string;
  readonly nowMs: number;
  /** What the sender’s clock says. Default: `nowMs`. */
  readonly signedMs?: number;
}

/**
 * Another one each time, so that none is a repeat. Its URL is a path, and its Host field there.
 * @returns undefined where the gate takes unsigned requests, and where none of its keys can sign for it now
 */
export async function sampleRequest(
  gate: OpenGate,
  { host, nowMs, signedMs = nowMs }: SampleCircumstances,
): Promise<SignedRequest | undefined> {
  const { config, coreGate } = gate;
  if (coreGate === undefined) return undefined;
  const method = sampleMethod(config);
  const { scheme } = coreGate;
  const event = { id: `evt_${randomUUID()}`, type: TYPE, amount: 1250, customer: 'Zoë' };
  const { contents, query, headers } = sampleParts(scheme, event);
  const path = samplePath(config, gate.actions[0]?.action.name ?? 'test');
  const hasBody = method !== 'GET' && method !== 'HEAD';
  for (const { contentType, body } of hasBody ? (callOf(gate) ?? contents) : [NO_BODY]) {
    const fields = [
      'Host',
      host,
      ...(hasBody ? ['Content-Type', contentType] : []),
      ...Object.entries(headers).flat(),
    ];
    try {
      return await coreGate.sign({
        method,
        url: query === '' ? path : `${path}?${query}`,
        headers: new HeaderList(fields),
        body: Buffer.from(body, 'utf8'),
        claims: sampleClaims(scheme, nowMs),
        timestampMs: signedMs,
        ...sampleNonce(scheme, event.id),
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

/** A call of the gate’s first action, where it has one. */
function callOf({ config, actions }: OpenGate): readonly VendorContent[] | undefined {
  const [ready] = actions;
  if (ready === undefined) return undefined;
  const vendor = vendorOf(config.proof.kind === 'provider' ? config.proof.id : undefined);
  return [vendor.contentOf(ready.action.name, sampleInput(ready.input.jsonSchema))];
}

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
