/** A request as a line of curl that sends it byte for byte. */
import { base64Of, utf8Text } from './bytes.ts';
import type { Content } from './content.ts';

/** Of the connection, and curl’s own to write. */
const NOT_SENT = ['host', 'content-length', 'connection', 'transfer-encoding', 'expect', 'keep-alive'];
/** What curl adds where it is not told. */
const ADDED = ['accept', 'user-agent', 'content-type'];

/** @param origin of the gateway’s public listener; a shell’s variable may stand in it */
export function asCurl({ method, url, headers, body }: Content, origin: string): string {
  const sent = headers.filter(
    ({ name, withheld }) => withheld === undefined && !NOT_SENT.includes(name.toLowerCase()),
  );
  const names = sent.map(({ name }) => name.toLowerCase());
  const host = headers.find(({ name }) => name.toLowerCase() === 'host')?.value;
  const text = utf8Text(body);
  // A shell’s argument has no NUL.
  const isText = text !== undefined && !text.includes('\0');
  const lines = [
    `curl --path-as-is --globoff --request ${quoted(method)} ${targetOf(url, origin)}`,
    ...(host === undefined ? [] : [`--header ${quoted(`Host: ${host}`)}`]),
    ...sent.map(({ name, value }) => `--header ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...ADDED.filter((name) => !names.includes(name)).map((name) => `--header ${quoted(`${name}:`)}`),
    ...(body.length === 0 ? [] : [isText ? `--data-raw ${quoted(text)}` : '--data-binary @-']),
  ];
  const line = lines.join(' \\\n  ');
  return isText || body.length === 0 ? line : `printf %s ${quoted(base64Of(body))} | base64 -d | ${line}`;
}

/** The request’s own where it names a host, else below `origin`. */
function targetOf(url: string, origin: string): string {
  return /^https?:\/\//i.test(url) ? quoted(url) : `"${origin}"${quoted(url)}`;
}

/** For a POSIX shell, whatever stands in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
