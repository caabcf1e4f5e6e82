/**
 * Headers by which an upstream, or what stands before it, takes another path, host or method than the request's own: whoever holds
 * one proved request would have it mean another. None of them is standard.
 */

/** Those that a gate may be told to pass on. */
export const OVERRIDING_HEADERS = [
  // Symfony and Zend (CVE-2018-14773), IIS’s rewriting, ASP.NET’s and nginx’s habits.
  'x-original-url',
  'x-original-uri',
  'x-original-path',
  'x-original-method',
  'x-original-host',
  'x-original-proto',
  'x-original-for',
  'x-rewrite-url',
  'x-envoy-original-path',
  'x-envoy-original-method',
  // What the application is mounted under.
  'x-script-name',
  'x-forwarded-prefix',
  'x-forwarded-path',
  'x-forwarded-uri',
  'x-forwarded-url',
  'x-forwarded-method',
  'x-forwarded-port',
  'x-forwarded-server',
  'x-forwarded-user',
  'x-host',
  'x-http-host-override',
  // Rails, Symfony, Laravel, Express’s method-override, Google’s and Microsoft’s APIs.
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
] as const;

export type OverridingHeader = (typeof OVERRIDING_HEADERS)[number];

const NAMES: ReadonlySet<string> = new Set(OVERRIDING_HEADERS);

/** Whatever comes after them. */
const PREFIXES = ['x-original-', 'x-forwarded-'];

/** @param name in lower case, with hyphens. */
export function isOverriding(name: string): boolean {
  return NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}
