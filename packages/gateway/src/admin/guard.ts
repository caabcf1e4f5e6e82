/** Who may ask the admin API. Judged of the request's head, before anything of its path is looked at. */
import type { IncomingMessage } from 'node:http';
import { authorityOf, type EffectiveRequest, effectiveRequest, HeaderList } from '@countersign/core';
import { isLoopback } from '../config/read-text.ts';
import { equalTexts } from '../equal-texts.ts';
import { Problem } from './problem.ts';

export interface GuardOptions {
  readonly token: string;
  /** The host that the listener binds to. A loopback host answers to loopback names only. */
  readonly host: string;
}

/** A request that may be routed, or why not. */
export type Guard = (
  request: Pick<IncomingMessage, 'method' | 'url' | 'rawHeaders'>,
) => EffectiveRequest | Problem;

/** Nobody is judged by a body. */
const NO_BYTES = new Uint8Array(0);

export function createGuard({ token, host }: GuardOptions): Guard {
  const isLocal = isLoopback({ host });
  return ({ method = '', url = '', rawHeaders }) => {
    const headers = HeaderList.fromRaw(rawHeaders);
    // The same reading as the gates': an absolute target's host goes before the Host field, of which there is one at most.
    const effective = effectiveRequest({ method, url, headers, body: NO_BYTES });
    if ('reason' in effective) return new Problem('malformed-request', effective.problem);
    if (effective.host === undefined) return new Problem('malformed-request', 'the request names no host');
    // A page that points its own name at a loopback address would send that name.
    if (isLocal && !isLoopback({ host: withoutBrackets(effective.host) })) {
      return new Problem('host-not-served', 'the listener is local, and the request names another host');
    }
    if (!isOwnOrigin(headers.single('origin'), effective)) {
      return new Problem('origin-not-served', 'the request comes from a page of another origin');
    }
    const sent = bearerToken(headers.single('authorization'));
    if (sent === undefined || !equalTexts(sent, token)) {
      const detail =
        sent === undefined
          ? 'the request has no authorization: Bearer with the admin token'
          : 'the token that the request has is not the gateway’s';
      return new Problem('token-required', detail, ['www-authenticate', 'Bearer']);
    }
    return effective;
  };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** Browsers send Origin with what a page of another site asks for. `null`: it is there twice. */
function isOwnOrigin(origin: string | undefined | null, effective: EffectiveRequest): boolean {
  if (origin === undefined) return true;
  return (['http', 'https'] as const).some(
    (scheme) => origin === `${scheme}://${authorityOf(effective, scheme)}`,
  );
}

/** `null`: the field is there twice. */
function bearerToken(authorization: string | undefined | null): string | undefined {
  return /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
}
