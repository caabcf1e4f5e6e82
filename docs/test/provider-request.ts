/** A request of a provider, signed here as its sender would, and one that is not proved. */
import { createGate, type Draft, HeaderList, type SignedRequest, writtenProvider } from '@countersign/core';
import { sampleClaims } from '@countersign/core/internal/signing-recipe';
import { keyOfProvider } from '../../packages/core/test/support/provider-key.ts';
import { SENDER_DRAFTS } from '../../packages/core/test/support/sender-drafts.ts';
import type { ProviderPage } from './provider-page.ts';

const JSON_BODY = {
  headers: { 'content-type': 'application/json' },
  body: '{"id":"evt_1","type":"order.paid","name":"Zo\u00eb"}',
};
const FORM_BODY = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'id=evt_1&type=order.paid',
};

/** @param secret what signs stands for, where it is a shared secret; default: the page’s own */
export async function requestTo(page: ProviderPage, url: string, secret?: string): Promise<SignedRequest> {
  const { id, facts } = page;
  const { provider, scheme, shape } = facts;
  const gate = createGate({
    provider: writtenProvider(id, provider.needs),
    keys: [keyOfProvider(id, secret).signing],
  });
  const draft = { method: 'POST', url, claims: sampleClaims(scheme, Date.now()) };
  if (shape === 'guard') return gate.sign({ ...draft, method: 'GET' });
  const sign = async (own: Partial<Draft>) => gate.sign({ ...draft, ...own });
  const own = SENDER_DRAFTS[id];
  // Where only forms are signed, JSON cannot be.
  return own === undefined ? sign(JSON_BODY).catch(() => sign(FORM_BODY)) : sign(own);
}

/** Without what proves it. */
export function unproved(request: SignedRequest, { facts: { scheme } }: ProviderPage): SignedRequest {
  const headers = [...request.headers].filter(([name]) => !scheme.headers.proof.includes(name.toLowerCase()));
  return {
    ...request,
    url: request.url.replace(/\?.*/, ''),
    headers: new HeaderList(headers.flat()),
    body: new Uint8Array(),
  };
}
