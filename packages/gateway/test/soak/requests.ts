/** Requests that a soaked gateway takes, for each outcome. */
import { createHmac } from 'node:crypto';
import type { Random } from './random.ts';
import { UPSTREAM_MODES } from './rude-upstream.ts';

export const OUTCOMES = ['answer', 'forward', 'keep', 'respond', 'session'] as const;
export type SoakedOutcome = (typeof OUTCOMES)[number];

/** A request as bytes, in the two pieces that a sender may stop between. */
export interface RawRequest {
  readonly head: string;
  readonly body: Buffer;
}

const SECRET_LENGTH = 32;

/** A secret for the gates, of a seed like everything else. */
export function secretOf(random: Random): string {
  return Array.from({ length: SECRET_LENGTH }, () => random.below(36).toString(36)).join('');
}

export const ACTIONS = [
  'quick',
  'late',
  'refusing',
  'failing',
  'overdue',
  'streaming',
  'breaking',
  'large',
  'unknown',
] as const;
const SESSION_PATHS = [
  'GET /incode/start',
  'GET /incode/onboarding-url?redirectUrl=https%3A%2F%2Fpage.example',
  'GET /incode/onboarding-status?interviewId=int-1',
  'GET /incode/fetch-score?interviewId=int-1',
  'POST /incode/webhook',
  'POST /incode/approve?interviewId=int-1',
  'OPTIONS /incode/start',
  'GET /oauth/token',
  'OPTIONS /oauth/token',
] as const;
/** In bytes; the last does not fit into one read of a socket. */
const SIZES = [0, 2, 200, 1000, 100_000] as const;

/** @param serial makes the request another than all others. */
export function requestFor(
  outcome: SoakedOutcome,
  { serial, secret, random }: { readonly serial: number; readonly secret: string; readonly random: Random },
): RawRequest {
  const body = Buffer.from(`{"n":${serial},"fill":"${'x'.repeat(random.pick(SIZES))}"}`);
  const post = (path: string): RawRequest => signed(path, body, { serial, secret });
  switch (outcome) {
    case 'answer':
      return post(`/answer/${random.pick(ACTIONS)}`);
    case 'forward': {
      const target = `${random.pick(UPSTREAM_MODES)}?d=${random.below(60)}`;
      const gate = random.below(3);
      if (gate === 0) return post(`/forward/signed/${target}`);
      // Its proof covers no body: it may pass on while it is read.
      if (gate === 1) return { head: headOf(`POST /forward/token/${target}`, bearer(body, secret)), body };
      return { head: headOf(`GET /forward/open/${target}`, []), body: Buffer.alloc(0) };
    }
    case 'keep':
      return post('/keep');
    case 'respond':
      if (random.below(2) === 0) return post('/respond');
      return { head: headOf('GET /respond/open', []), body: Buffer.alloc(0) };
    case 'session': {
      const line = random.pick(SESSION_PATHS);
      const text = JSON.stringify({
        interviewId: 'int-1',
        onboardingStatus: 'ONBOARDING_FINISHED',
        n: serial,
      });
      const payload = Buffer.from(line.startsWith('POST') ? text : '');
      const fields = ['origin: https://page.example', 'content-type: application/json'];
      if (payload.length > 0) fields.push(`content-length: ${payload.length}`);
      return { head: headOf(line, fields), body: payload };
    }
  }
}

/** A request with a body of this size, for the gate at `path`. */
export function signed(
  path: string,
  body: Buffer,
  { serial, secret }: { readonly serial: number; readonly secret: string },
): RawRequest {
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = `nonce-${serial}`;
  const signature = createHmac('sha256', secret).update(`${timestamp}.${nonce}.`).update(body).digest('hex');
  const fields = [
    'content-type: application/json',
    `content-length: ${body.length}`,
    `x-timestamp: ${timestamp}`,
    `x-nonce: ${nonce}`,
    `x-signature: ${signature}`,
  ];
  return { head: headOf(`POST ${path}`, fields), body };
}

/** The fields of a request with a token, signed by hand. */
function bearer(body: Buffer, secret: string): readonly string[] {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ exp: 4_000_000_000 })}`;
  const signature = createHmac('sha256', secret).update(input).digest('base64url');
  return [
    'content-type: application/json',
    `content-length: ${body.length}`,
    `authorization: Bearer ${input}.${signature}`,
  ];
}

/** Without the empty line that ends it, so that a sender may add fields. */
function headOf(line: string, fields: readonly string[]): string {
  return [`${line} HTTP/1.1`, 'host: gate.example', ...fields, ''].join('\r\n');
}
