/** Secrets in a request's headers: a kept event has them sealed, or not at all. */
import type { Gate } from '@countersign/core';
import type { KeptEvent } from '../stores/event-store.ts';
import type { Sealer } from './seal.ts';

/** Takes secrets out of the headers of an event that is to be kept. */
export interface HeaderVault {
  /** @param headers names and values in turn. */
  withhold(eventId: string, headers: readonly string[]): Pick<KeptEvent, 'headers' | 'withheld'>;
}

/** Credentials by definition, at any gate: RFC 9110 §11.6.2, §11.7.2; RFC 6265 §5.4. */
export const CREDENTIALS: readonly string[] = ['authorization', 'proxy-authorization', 'cookie'];

/**
 * @param secretHeaders lower-case names of headers that carry secrets besides `authorization`, `proxy-authorization` and `cookie`.
 * @param sealer undefined where there is no store key: then the values are left out.
 */
export function createHeaderVault(secretHeaders: readonly string[], sealer: Sealer | undefined): HeaderVault {
  const secret = new Set([...CREDENTIALS, ...secretHeaders]);
  return {
    withhold(eventId, headers) {
      let open: string[] | undefined;
      const names = new Set<string>();
      const values: string[] = [];
      for (let i = 0; i < headers.length; i += 2) {
        const name = (headers[i] ?? '').toLowerCase();
        if (!secret.has(name)) continue;
        names.add(name);
        values.push(headers[i + 1] ?? '');
        open ??= [...headers];
        open[i + 1] = '';
      }
      if (open === undefined) return { headers };
      const sealed = sealer?.seal(JSON.stringify(values), withheldContext(eventId));
      return { headers: open, withheld: { names: [...names], ...(sealed && { sealed }) } };
    },
  };
}

/**
 * Headers of a scheme that carry secrets: a token is good for other requests, and so is what it is bound to; a signature is not. A key that a
 * test hands over may be used later, also where this gate did not take it.
 */
export function secretHeaders({
  proof,
  headers,
  handshakes,
}: Pick<Gate['scheme'], 'proof' | 'headers' | 'handshakes'>): readonly string[] {
  const handed = handshakes.flatMap(({ delivery }) => delivery?.header ?? []);
  return [...(proof === 'token' ? headers.proof : []), ...headers.bound, ...handed];
}

/**
 * The headers as they were received; undefined where the values were left out or do not open. The gateway shows them to nobody: who opens
 * its file with the store key has them, and a later delivery needs them (ADR 17).
 */
export function unsealedHeaders(
  { id, headers, withheld }: Pick<KeptEvent, 'id' | 'headers' | 'withheld'>,
  sealer: Sealer | undefined,
): readonly string[] | undefined {
  if (withheld === undefined) return headers;
  const text = withheld.sealed && sealer?.open(withheld.sealed, withheldContext(id));
  if (text === undefined) return undefined;
  const values = JSON.parse(text) as readonly string[];
  let next = 0;
  return headers.map((header, i) => {
    const name = headers[i - 1]?.toLowerCase();
    return i % 2 === 1 && name !== undefined && withheld.names.includes(name)
      ? (values[next++] ?? '')
      : header;
  });
}

/** What the secret headers of an event are sealed for. */
export function withheldContext(eventId: string): string {
  return `event ${eventId}`;
}
