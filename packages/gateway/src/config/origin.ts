/** Origins of the web, compared as the browser does: parsed, never as texts. */

/**
 * An http or https URL of the plain kind: two slashes, a host of letters, digits and dots or an IPv6 address, perhaps
 * a port. URL parsers make one of much else (no slashes, backslashes, credentials, line ends, percent signs in the
 * host), and do not agree on which; what they could disagree about is no URL here.
 */
const PLAIN_URL = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?#][^\\\s]*)?$/i;

/** The origin of an http or https URL without credentials; undefined for any other text. */
export function originOf(text: string): string | undefined {
  if (!PLAIN_URL.test(text) || hasControls(text) || !URL.canParse(text)) return undefined;
  return new URL(text).origin;
}

/** Whether a front end may be sent to this URL: its origin is one of the list. */
export function isAllowedUrl(text: string, origins: readonly string[]): boolean {
  const origin = originOf(text);
  return origin !== undefined && origins.includes(origin);
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}
