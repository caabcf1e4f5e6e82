/** Requests by presigned URLs, and a gate that takes them, at the time of AWS’s test suite. */
import { createGate, type Gate, type SignedRequest } from '../../src/index.ts';
import { requestFrom } from '../../src/request-from.ts';

export const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
export const SUITE_TIME: number = Date.UTC(2015, 7, 30, 12, 36);
export const HOST: readonly [string, string] = ['Host', 'example.amazonaws.com'];

export const gateOf = (options: object = {}, nowMs = SUITE_TIME): Gate =>
  createGate({
    provider: { id: 'aws-sigv4', region: 'us-east-1', service: 'service', presigned: true, ...options },
    keys: [{ id: 'AKIDEXAMPLE', secret: SECRET }],
    now: () => nowMs,
  });

export type Headers = readonly (readonly [string, string])[];

export const requestOf = (method: string, url: string, headers: Headers, body = ''): SignedRequest =>
  requestFrom({
    method,
    url,
    headers: headers.flat(),
    body: Buffer.from(body),
  });
