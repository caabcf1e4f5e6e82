/** Whose a request says it is. UNTRUSTED: whatever is read here has been proved by nobody. */
import {
  effectiveRequest,
  type MaybePromise,
  type SignedRequest,
  type TenantOptions,
} from '@countersign/core';
import { andThen } from '@countersign/core/internal/and-then';
import { JsonReader } from '@countersign/core/json-reader';
import type { GateConfig, TenantPlace } from '../config/config.ts';
import { createParamsReader } from '../paths/read-params.ts';

/** A longer body is not looked into: nobody has proved who sends it. */
const MAX_PEEKED_BYTES = 1024 * 1024;

export function createTenantHint(
  place: TenantPlace,
  { segments }: Pick<GateConfig, 'segments'>,
): TenantOptions['hint'] {
  switch (place.kind) {
    case 'path': {
      const paramsOf = createParamsReader(segments);
      return (request) => paramsOf(request)?.[place.name];
    }
    case 'header':
      return ({ headers }) => headers.get(place.name);
    case 'query':
      return (request) => queryOf(request)?.get(place.name) ?? undefined;
    case 'body':
      return ({ body }) => memberOf(body, place.names);
  }
}

function queryOf(request: SignedRequest): URLSearchParams | undefined {
  const effective = effectiveRequest(request);
  return 'reason' in effective ? undefined : new URLSearchParams(effective.query);
}

function memberOf(body: Uint8Array, names: readonly string[]): MaybePromise<string | undefined> {
  if (body.length > MAX_PEEKED_BYTES) return undefined;
  return andThen(new JsonReader(body).find(names), (value) =>
    value?.kind === 'string' || value?.kind === 'number' ? value.text : undefined,
  );
}
