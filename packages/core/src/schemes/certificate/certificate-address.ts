/** Where certificates may be fetched from: the address that a request names is its sender’s word, and decides whose key is believed. */
import type { OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';

/** A host name of which one label may be the name of a region, e.g. `sns.{region}.amazonaws.com`. */
export interface HostPattern {
  readonly text: string;
  readonly expression: RegExp;
}

const REGION = '{region}';

/**
 * `us-east-1`, `us-gov-west-1`; no `s3`, nor `s3-us-west-2`: below those names stand buckets, which anybody may call as they like.
 */
const REGION_LABEL = '[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-\\d{1,2}';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST: RegExp = new RegExp(`^${LABEL}(?:\\.${LABEL})+$`);

/** A longer one is no address of a certificate, or none that is called for a confirmation. */
const MAX_URL_CHARS = 512;
const MAX_CALL_CHARS = 2048;

/** Reads one pattern, or several. @throws SetupError for what is no name of a host */
export function readHosts(options: OptionReader, name: string): readonly HostPattern[] | undefined {
  return options.texts(name)?.map((text) => {
    const pattern = hostPattern(text);
    if (pattern) return pattern;
    throw new SetupError(
      options.path(name),
      `${JSON.stringify(text)} is not a host’s name`,
      'Give e.g. sns.us-east-1.amazonaws.com, in lower case; {region} stands for the name of any region.',
    );
  });
}

export function hostPattern(text: string): HostPattern | undefined {
  const labels = text.split('.');
  if (!HOST.test(labels.map((label) => (label === REGION ? 'a' : label)).join('.'))) return undefined;
  const expression = labels.map((label) => (label === REGION ? REGION_LABEL : label)).join('\\.');
  return { text, expression: new RegExp(`^${expression}$`) };
}

/** A host that fits the pattern. */
export function sampleHost({ text }: HostPattern): string {
  return text.replaceAll(REGION, 'us-east-1');
}

export function fits(host: string, patterns: readonly HostPattern[]): boolean {
  return patterns.some(({ expression }) => expression.test(host));
}

/**
 * Why no certificate is fetched from there, in words that go on from “the certificate’s address”; undefined where one may be. The text must
 * be the address as a URL writes it: a reader that takes another host out of it is none of ours, but may be the runtime’s.
 */
export function addressFault(text: string, hosts: readonly HostPattern[]): string | undefined {
  if (text.length > MAX_URL_CHARS) return `has ${text.length} characters; at most ${MAX_URL_CHARS} are read`;
  const url = urlAt(text, hosts);
  if (typeof url === 'string') return url;
  const isPlain = url.search === '' && url.hash === '' && /^[\w./-]+\.pem$/.test(url.pathname);
  if (!isPlain) return 'is not that of a .pem file';
  return url.href === text ? undefined : 'is written otherwise than a URL writes it';
}

/** Whether an address that a proved request names may be called for it: at its sender’s hosts, over https, and nothing but what a URL writes. */
export function mayBeCalled(text: string, hosts: readonly HostPattern[]): boolean {
  if (text.length > MAX_CALL_CHARS) return false;
  const url = urlAt(text, hosts);
  return typeof url !== 'string' && url.hash === '' && url.href === text;
}

/** The address, or why it is none. */
function urlAt(text: string, hosts: readonly HostPattern[]): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:') return 'is not an https address';
  if (url.username !== '' || url.password !== '' || url.port !== '') return 'names more than a host';
  return fits(url.hostname, hosts) ? url : 'is at a host that the gate does not take certificates from';
}
