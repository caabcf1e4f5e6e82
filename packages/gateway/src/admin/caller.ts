import type { Role } from '@countersign/api';

/** Who calls the admin API, as the guard has judged it. */
export interface Caller {
  /** `token` for the bearer token; of a person the name of the log-in, at most 200 characters. */
  readonly name: string;
  readonly role: Role;
  /** How the caller proved it; `nobody` where the route asks for no proof. */
  readonly by: 'token' | 'password' | 'oidc' | 'nobody';
}

/** Who has the bearer token. */
export const TOKEN_CALLER: Caller = { name: 'token', role: 'admin', by: 'token' };

/** Whoever calls a route that is everybody's. */
export const ANYBODY: Caller = { name: '', role: 'viewer', by: 'nobody' };
