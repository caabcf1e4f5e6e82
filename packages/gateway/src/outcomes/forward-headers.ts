/** The headers that an upstream gets. */
import {
  type Accepted,
  authorityOf,
  effectiveRequest,
  type HeaderList,
  type Origin,
} from '@countersign/core';
import type { Call } from '../call.ts';
import { createPassingHeaders, headerSafe, type PassingOptions, verdictHeader } from '../passing-headers.ts';
import { putTraceparent } from '../telemetry/put-traceparent.ts';

export interface UpstreamHeadersOptions extends Omit<PassingOptions, 'madeAnew'> {
  readonly gateName: string;
}

/** Makes the sender's headers as the upstream gets them, with the verified identity: names and values in turn. */
export function createUpstreamHeaders({
  gateName,
  ...options
}: UpstreamHeadersOptions): (call: Call) => string[] {
  const passing = createPassingHeaders(options);
  const origin = options.scheme?.origin;
  const always = options.scheme?.headers.covered ?? [];
  return (call) => {
    const covered = call.accepted?.coveredHeaders;
    const headers = passing(call.request.headers.flat, covered);
    if (call.trace !== undefined)
      putTraceparent(headers, call.trace.traceparent, [...always, ...(covered ?? [])]);
    pushForwarded(headers, call, origin);
    headers.push('countersign-gate', gateName);
    if (call.accepted !== undefined) pushIdentity(headers, call.accepted);
    if (call.isUnchecked === true) headers.push('countersign-replay', 'unchecked');
    if (call.isMonitored === true) headers.push('countersign-verdict', verdictHeader(call.refused?.reason));
    return headers;
  };
}

/** Whom the request came from, and whom it was sent to: as it was verified. */
function pushForwarded(
  headers: string[],
  { request, remoteAddress, proxyAddress }: Call,
  origin: Origin | undefined,
): void {
  const addresses =
    proxyAddress === undefined
      ? [remoteAddress]
      : [...valuesOf(request.headers, 'x-forwarded-for'), proxyAddress];
  headers.push('x-forwarded-for', addresses.join(', '));
  const effective = effectiveRequest(request, origin);
  if ('reason' in effective) return;
  // Nobody says that it is https, and the socket is none.
  headers.push('x-forwarded-proto', effective.scheme ?? 'http');
  const host = authorityOf(effective, effective.scheme ?? 'https');
  if (host !== undefined) headers.push('x-forwarded-host', host);
}

/** Those of each field of that name, in order; none that are empty. */
function valuesOf(headers: HeaderList, name: string): string[] {
  const values: string[] = [];
  for (const [key, value] of headers) if (key.toLowerCase() === name && value !== '') values.push(value);
  return values;
}

function pushIdentity(headers: string[], accepted: Accepted): void {
  headers.push('countersign-provider', accepted.provider, 'countersign-key-id', headerSafe(accepted.keyId));
  if (accepted.tenant !== undefined) headers.push('countersign-tenant', headerSafe(accepted.tenant));
  if (accepted.timestampMs !== undefined) {
    headers.push('countersign-timestamp', new Date(accepted.timestampMs).toISOString());
  }
  if (accepted.claims !== undefined) {
    headers.push('countersign-claims', Buffer.from(JSON.stringify(accepted.claims)).toString('base64url'));
  }
}
