/** The site that sent a form, as browsers name it. */

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** A host name or an IPv4 address (RFC 1123 §2.1), or this machine's IPv6 address; with a port or without. */
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[::1\\])(?::([0-9]{1,5}))?$`, 'i');
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/i;
const MAX_LENGTH = 253;
const MAX_PORT = 65_535;

/**
 * The origin of a `server_hostname`: `https://…`, on this machine `http://…`, since a sandbox there has no certificate.
 * Undefined for a text that is no host name.
 */
export function siteOrigin(serverHostname: string): string | undefined {
  if (serverHostname.length > MAX_LENGTH) return undefined;
  const match = HOST.exec(serverHostname);
  const port = Number(match?.[1] ?? 443);
  if (match === null || port < 1 || port > MAX_PORT) return undefined;
  const scheme = LOOPBACK.test(serverHostname) ? 'http' : 'https';
  const origin = `${scheme}://${serverHostname.toLowerCase()}`;
  // A last label of digits makes an IPv4 address of the whole (URL standard, "ends in a number checker"), and most are none.
  return URL.canParse(origin) ? origin : undefined;
}
