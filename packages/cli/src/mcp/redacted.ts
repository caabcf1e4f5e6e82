/** What of an answer of the admin API a language model is shown. */

const HIDDEN = '[hidden]';
/** Bytes and texts of senders and destinations. */
const BODIES = new Set(['bodyBase64', 'body', 'valueBase64', 'answer', 'answerBase64']);
/** Shown to nobody, whatever is allowed. */
const SECRETS = new Set(['secret', 'csrf', 'token']);
/** Header values that say what was sent, not who sent it. */
const PLAIN_HEADERS = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'date',
  'host',
  'user-agent',
]);
/** Header values by which one gets in. */
const CREDENTIAL = /auth|cookie|token|secret|key|password|credential/i;

/** A copy of a JSON value without bodies, header values and values of queries; with `reveals` without credentials only. */
export function redacted(value: unknown, reveals: boolean): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, reveals));
  if (typeof value !== 'object' || value === null) return value;
  const isHeader = 'name' in value && 'value' in value && typeof value.name === 'string';
  const name = isHeader ? String(value.name).toLowerCase() : '';
  return Object.fromEntries(
    Object.entries(value).map(([key, member]: [string, unknown]) => {
      if (typeof member !== 'string') return [key, redacted(member, reveals)];
      if (SECRETS.has(key)) return [key, HIDDEN];
      const isHeaderValue = isHeader && (key === 'value' || key === 'valueBase64');
      if (isHeaderValue) return [key, isShown(name, reveals) ? member : HIDDEN];
      if (BODIES.has(key) && !reveals && member !== '') return [key, HIDDEN];
      return [key, key === 'url' && !reveals ? withoutQueryValues(member) : member];
    }),
  );
}

function isShown(header: string, reveals: boolean): boolean {
  return reveals ? !CREDENTIAL.test(header) : PLAIN_HEADERS.has(header);
}

function withoutQueryValues(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) return url;
  const query = url.slice(at + 1).replaceAll(/[^&;]+/g, (piece) => {
    const end = piece.indexOf('=');
    // Without a name, it is a value.
    return end < 0 ? HIDDEN : `${piece.slice(0, end)}=${HIDDEN}`;
  });
  return `${url.slice(0, at)}?${query}`;
}
