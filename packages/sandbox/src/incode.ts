/** Simulates the sender of Incode webhooks. Incode does not sign them: a site can be set to send a shared token at most. */
import type { HeaderField, SandboxRequest } from './sandbox-request.ts';
import { utf8 } from './sandbox-request.ts';

/** What the site is set to send with each webhook. */
export type IncodeAuth =
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'none' };

/** A webhook's body. */
export interface IncodePayload {
  readonly interviewId: string;
  /** E.g. `ONBOARDING_FINISHED`. */
  readonly onboardingStatus: string;
  readonly clientId: string;
  readonly flowId: string;
}

export interface IncodeWebhookOptions {
  readonly auth: IncodeAuth;
  /** Changes to the default body: a finished onboarding. */
  readonly payload?: Partial<IncodePayload>;
  /** Default `/webhook`. */
  readonly path?: '/webhook' | '/approve';
}

/**
 * Builds a webhook as the site sends it.
 * @throws RangeError where a basic user holds a colon (RFC 7617 §2).
 */
export function incodeWebhook(options: IncodeWebhookOptions): SandboxRequest {
  const payload: IncodePayload = {
    interviewId: '65f0c1d2e3a4b5c6d7e8f901',
    onboardingStatus: 'ONBOARDING_FINISHED',
    clientId: 'demo-client',
    flowId: '65f0c1d2e3a4b5c6d7e8f9aa',
    ...options.payload,
  };
  return {
    name: `incode/${options.auth.kind}`,
    method: 'POST',
    path: options.path ?? '/webhook',
    headers: [{ name: 'content-type', value: 'application/json' }, ...authHeaders(options.auth)],
    body: utf8(JSON.stringify(payload)),
  };
}

function authHeaders(auth: IncodeAuth): readonly HeaderField[] {
  switch (auth.kind) {
    case 'bearer':
      return [{ name: 'authorization', value: `Bearer ${auth.token}` }];
    case 'basic': {
      if (auth.user.includes(':')) throw new RangeError('auth.user: a basic user must not hold a colon.');
      const pair = Buffer.from(`${auth.user}:${auth.password}`, 'utf8').toString('base64');
      return [{ name: 'authorization', value: `Basic ${pair}` }];
    }
    case 'header':
      return [{ name: auth.name, value: auth.value }];
    case 'none':
      return [];
  }
}
