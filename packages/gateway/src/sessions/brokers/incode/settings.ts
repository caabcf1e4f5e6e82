/** What the broker for Incode is set to, and where its routes are. */
import type { Secret } from '../../../config/secret.ts';

export interface IncodeSettings {
  readonly broker: 'incode';
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly apiKey: Secret;
  readonly clientId: string;
  readonly flowId: string;
  /** What scores are read with and interviews approved. */
  readonly admin:
    | { readonly kind: 'token'; readonly token: Secret }
    | { readonly kind: 'log-in'; readonly email: string; readonly password: Secret };
  /** Origins that people may be sent to at the end. */
  readonly redirects: readonly string[];
  /** How long the same interview is returned for an id. Default 24 h. */
  readonly lifeMs: number;
}

/** Below where the session is mounted. */
export type IncodePath =
  | '/start'
  | '/onboarding-url'
  | '/onboarding-status'
  | '/fetch-score'
  | '/auth'
  | '/webhook'
  | '/approve';
