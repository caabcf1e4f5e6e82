/** Ranges of addresses that keep nobody out, or let in more than they say. */
import { overlap, prefixOf } from './address-bits.ts';
import type { AddressRange, Config } from './config.ts';
import type { ConfigWarning } from './finding.ts';

/** What has fewer bits in common is no network of anybody’s: the largest that were ever given out have these. */
const LEAST_BITS = { 4: 8, 6: 16 } as const;

/** One warning for each range. */
export function addressWarnings({
  listen,
  sessions,
}: Pick<Config, 'listen' | 'sessions'>): readonly ConfigWarning[] {
  const warnings = listen.trustedProxies.filter(isWide).map((range) => ({
    path: 'listen.trustedProxies',
    message: `${textOf(range)} holds a great part of all addresses: whoever calls from there says in X-Forwarded-For where it comes from, and is believed.`,
  }));
  for (const { name, auth } of sessions) {
    if (auth.kind === 'none') continue;
    const path = `sessions.${name}.auth.ips`;
    for (const range of auth.ips ?? []) {
      if (isWide(range)) {
        const message = `${textOf(range)} holds a great part of all addresses: it keeps hardly anybody out.`;
        warnings.push({ path, message });
      }
      const proxy = listen.trustedProxies.find((one) => overlap(one, range));
      if (proxy === undefined) continue;
      const message = `${textOf(range)} has addresses of listen.trustedProxies (${textOf(proxy)}): a proxy that sends no X-Forwarded-For lets in whomever it forwards for.`;
      warnings.push({ path, message });
    }
  }
  return warnings;
}

function isWide(range: AddressRange): boolean {
  const { family, bits } = prefixOf(range);
  return bits.length < LEAST_BITS[family];
}

function textOf({ address, prefixBits }: AddressRange): string {
  const isOne = prefixBits === (address.includes(':') ? 128 : 32);
  return isOne ? address : `${address}/${prefixBits}`;
}
