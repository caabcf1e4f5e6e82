/** Gates whose keys a function finds, and requests of their tenants. */
import {
  createGate,
  type Gate,
  type GateOptions,
  type KeyFunction,
  type KeyHint,
  type SignedRequest,
} from '../../src/index.ts';
import { wordOf } from '../tokens/mint.ts';
import { NOW } from './key-fixtures.ts';

export const secretOf = (tenant: string): string => `the secret of ${tenant}, thirty-two bytes and more`;
export const hmac = { provider: { id: 'hmac', keyId: 'x-key-id' } } as const;

/** A gate whose function counts its calls, with a clock that is set. */
export function gateOf(find: KeyFunction, more: Partial<GateOptions> = {}) {
  const clock = { nowMs: NOW };
  const hints: KeyHint[] = [];
  const gate = createGate({
    ...hmac,
    keys: (hint) => {
      hints.push(hint);
      return find(hint);
    },
    now: () => clock.nowMs,
    ...more,
  } as GateOptions);
  return { gate, hints, clock };
}

export const byTenant: KeyFunction = async ({ keyId = '' }) =>
  keyId.startsWith('tenant') ? [{ id: `${keyId}/1`, secret: secretOf(keyId) }] : [];

/** A request of a tenant, signed by a gate of a list. */
export async function requestOf(tenant: string, body = '{}', nowMs = NOW): Promise<SignedRequest> {
  const keys = [{ id: tenant, secret: secretOf(tenant) }];
  return createGate({ ...hmac, keys, now: () => nowMs }).sign({ method: 'POST', url: '/hook', body });
}

export const wordsOf = (gate: Gate, requests: readonly SignedRequest[]): Promise<readonly string[]> =>
  Promise.all(requests.map(async (request) => wordOf(await gate.verify(request))));

export const SECRET_OF_ALL = 'one secret of every sender, long enough';
