/** What the holder of the fuzz’s key has signed, and nothing else. */
import { createHmac } from 'node:crypto';
import { createGate, writtenProvider } from '@countersign/core';
import { FUZZ_COMPONENTS, FUZZ_SECRET, MESSAGES_PATH, OPEN_PATH, ORIGIN, SIGNED_PATH } from './gateways.ts';

export interface Genuine {
  readonly method: string;
  readonly url: string;
  readonly tenant: string;
  readonly body: string;
}

/** With the fields that prove it. */
export interface Signed extends Genuine {
  readonly fields: readonly string[];
}

const SMUGGLED = `GET ${OPEN_PATH}/smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n`;

const REQUESTS: readonly Genuine[] = [SIGNED_PATH, MESSAGES_PATH].flatMap((path) => [
  { method: 'POST', url: `${ORIGIN}${path}/a?x=1`, tenant: 't1', body: 'hello world' },
  { method: 'GET', url: `${ORIGIN}${path}/a`, tenant: 't1', body: '' },
  { method: 'PUT', url: `${ORIGIN}${path}/b/c%20d?x=%2F&y`, tenant: 't2', body: SMUGGLED },
  { method: 'POST', url: `${ORIGIN}${path}/a`, tenant: 't2', body: '0\r\n\r\n' },
  { method: 'POST', url: `http://other.example${path}/a?x=1`, tenant: 't1', body: 'hello world' },
]);

const signer = createGate({
  provider: writtenProvider('http-message-signatures', { components: FUZZ_COMPONENTS }),
  keys: [{ id: 'k1', secret: FUZZ_SECRET }],
});

const macOf = ({ method, url, tenant, body }: Genuine): string =>
  createHmac('sha256', FUZZ_SECRET).update(`${method} ${url} ${tenant} ${body}`, 'latin1').digest('hex');

/** Signed now: a message signature is fresh for some minutes. */
export function signAll(): Promise<readonly Signed[]> {
  return Promise.all(REQUESTS.map(async (request) => ({ ...request, fields: await proofOf(request) })));
}

async function proofOf(request: Genuine): Promise<readonly string[]> {
  const { method, url, tenant, body } = request;
  if (url.includes(SIGNED_PATH)) return [`X-Sig: ${macOf(request)}`];
  const { headers } = await signer.sign({ method, url, headers: { 'x-tenant': tenant }, body });
  return [...headers].flatMap(([name, value]) => (name === 'x-tenant' ? [] : [`${name}: ${value}`]));
}
