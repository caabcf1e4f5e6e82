/** A request that was read is printed in other forms, and read again. */
import { isDeepStrictEqual } from 'node:util';
import type { SignedRequest } from '@countersign/core';
import { printRequest } from '../../packages/cli/src/print-request.ts';
import { readRequest } from '../../packages/core/src/request-input/detect.ts';
import type { RequestInput } from '../../packages/core/src/request-input/request-input.ts';
import { require } from '../target.ts';

/** @throws Error where another request comes back */
export function judgePrints({ request }: RequestInput): void {
  for (const form of ['curl', 'json'] as const) {
    if (!isPrintable(request)) continue;
    const printed = printRequest(request, form);
    const again = readRequest(printed).request;
    require(isDeepStrictEqual(
      shown(again),
      shown(request),
    ), `printed as ${form} it is another request: ${Buffer.from(printed).toString('latin1')}`);
  }
}

/** What HTTP can carry: only such a request reaches a gate. */
function isPrintable({ method, url, headers }: SignedRequest): boolean {
  const isField = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
  return (
    isField.test(method) &&
    /^https?:\/\/[!-~]+$/i.test(url) &&
    [...headers].every(
      ([name, value]) =>
        isField.test(name) && /^(?:[!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)?$/.test(value),
    )
  );
}

function shown({ method, url, headers, body }: SignedRequest): unknown {
  return { method, url, headers: [...headers], body: Buffer.from(body).toString('latin1') };
}
