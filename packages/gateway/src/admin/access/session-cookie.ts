/**
 * The cookies of the admin listener. Over TLS they have the prefix `__Host-`, which browsers take from this host over TLS only: no
 * neighbour and nobody on the way can set one. Over plain HTTP, on a loopback address, there is no such prefix; cookies there are shared by all ports.
 */
import type { HeaderList } from '@countersign/core';
import { trimSpace } from '@countersign/core/internal/white-space';

/** A cookie’s name without its prefix. */
export type CookieName = 'countersign-session' | 'countersign-oidc';

export interface CookieOptions {
  readonly isHttps: boolean;
  /** `Lax` is sent when another site sends the browser here. */
  readonly sameSite: 'Strict' | 'Lax';
  /** 0 removes it. */
  readonly maxAgeS: number;
}

/** The value of a Set-Cookie field. */
export function cookieField(
  name: CookieName,
  value: string,
  { isHttps, sameSite, maxAgeS }: CookieOptions,
): string {
  const secure = isHttps ? '; Secure' : '';
  return `${cookieName(name, isHttps)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${maxAgeS}${secure}`;
}

/** A cookie’s value. Undefined where it is not there, or there twice: one of them is somebody else's. */
export function readCookie(headers: HeaderList, name: CookieName, isHttps: boolean): string | undefined {
  const field = headers.single('cookie') ?? undefined;
  const prefix = `${cookieName(name, isHttps)}=`;
  const values = (field ?? '')
    .split(';')
    .map(trimSpace)
    .filter((pair) => pair.startsWith(prefix));
  const value = values.length === 1 ? values[0]?.slice(prefix.length) : undefined;
  return value !== undefined && /^[A-Za-z0-9_-]{1,2048}$/.test(value) ? value : undefined;
}

function cookieName(name: CookieName, isHttps: boolean): string {
  return isHttps ? `__Host-${name}` : name;
}
