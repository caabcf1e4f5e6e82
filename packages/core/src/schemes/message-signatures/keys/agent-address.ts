/** Whose keys a signature says it is made with: the address that the header field Signature-Agent, or UCP-Agent, gives. */

import { parseItem } from 'structured-headers';
import type { HeaderList } from '../../../headers.ts';
import { type Objection, objection } from '../../../objection.ts';
import { shownText } from '../../../text/shown-text.ts';
import { fieldValue } from '../field-value.ts';
import type { SignatureInput } from '../signature-input.ts';
import { attempt, isSmall, parseUniqueDictionary } from '../structured-fields.ts';
import type { DocumentForm } from './fetch-key-document.ts';
import { isPublicName } from './public-name.ts';

/** The header fields that say where the keys are. */
export const AGENT_HEADERS = ['signature-agent', 'ucp-agent'] as const;

export type AgentHeader = (typeof AGENT_HEADERS)[number];

export interface AgentAddress {
  /**
   * Whose keys they are: the host (with its port where that is not 443) of an address under /.well-known, which is its operator’s
   * (RFC 8615); otherwise the address, for whoever may put a file on a host does not speak for it.
   */
  readonly identity: string;
  /** Where they are. */
  readonly url: string;
  /** What is there. The header says it, and never the document itself. */
  readonly form: DocumentForm;
}

const DIRECTORY = '/.well-known/http-message-signatures-directory';

/** Each signature of a request has it parsed. */
const MAX_FIELD_CHARS = 2048;

/** A longer address is nobody’s. */
const MAX_ADDRESS_CHARS = 256;

/** As documents write them. */
export const AGENT_HEADER_NAMES: Readonly<Record<AgentHeader, string>> = {
  'signature-agent': 'Signature-Agent',
  'ucp-agent': 'UCP-Agent',
};

/**
 * The address that a signature vouches for: the field, or its member of the signature’s label, must be covered, so that nobody
 * can put another one in its place.
 * @see draft-meunier-webbotauth-httpsig-protocol, Signature-Agent; UCP, Message Signatures, Resolving the Signer’s Keys
 */
export function agentAddress(
  headers: HeaderList,
  input: SignatureInput,
  header: AgentHeader,
): AgentAddress | Objection {
  const name = AGENT_HEADER_NAMES[header];
  const text = fieldValue(headers, header);
  if (text === undefined) {
    return objection(
      'missing-part',
      `the request has no ${name}, which says whose keys sign it`,
      `Have the sender send ${name} and cover it with its signature; or give the gate the sender’s keys.`,
    );
  }
  if (!coversAgent(input, header)) {
    return objection(
      'missing-part',
      `the signature does not cover ${name}`,
      `Have the sender cover ${header === 'ucp-agent' ? 'it' : 'it, or its member of the signature’s label'}: what is not signed could be anybody’s.`,
    );
  }
  if (text.length > MAX_FIELD_CHARS)
    return malformed(name, `it is longer than ${MAX_FIELD_CHARS} characters`);
  const value = header === 'ucp-agent' ? profileOf(text) : memberOf(text, input.label);
  if (typeof value === 'string') return malformed(name, value);
  return addressOf(value, name);
}

/** Covered as a whole, or by its member of the signature’s label; other forms of it are other values. */
export function coversAgent({ components, label }: SignatureInput, header: AgentHeader): boolean {
  return components.some(
    ({ name, parameters }) =>
      name === header &&
      !parameters.has('bs') &&
      (!parameters.has('key') || (header === 'signature-agent' && parameters.get('key') === label)),
  );
}

interface AgentMember {
  readonly address: string;
  readonly type: string;
}

/** The member of a signature’s label; a bare string is of every label, as earlier drafts wrote it. A text says what is wrong. */
function memberOf(text: string, label: string): AgentMember | string {
  if (text.startsWith('"')) {
    const item = isSmall(text) ? attempt(() => parseItem(text)) : undefined;
    return item && typeof item[0] === 'string' && item[1].size === 0
      ? { address: item[0], type: 'directory' }
      : 'it is neither a dictionary nor a string';
  }
  const [value, parameters] = parseUniqueDictionary(text)?.get(label) ?? [];
  if (typeof value !== 'string' || !parameters)
    return 'it has no member of the signature’s label that is a string';
  const type = parameters.get('type');
  return { address: value, type: type === undefined ? 'directory' : String(type) };
}

function profileOf(text: string): AgentMember | string {
  const [value] = parseUniqueDictionary(text)?.get('profile') ?? [];
  return typeof value === 'string'
    ? { address: value, type: 'jwks_uri' }
    : 'it has no member profile that is a string';
}

function addressOf({ address, type }: AgentMember, name: string): AgentAddress | Objection {
  if (type !== 'directory' && type !== 'jwks_uri' && type !== 'cimd')
    return malformed(name, `the type ${shownText(type)} is none of directory, jwks_uri and cimd`);
  const url = address.length <= MAX_ADDRESS_CHARS && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') return malformed(name, 'it is not a short https address');
  if (url.username !== '' || url.password !== '' || /[?#]/.test(address))
    return malformed(name, 'its address has credentials, a query or a fragment');
  if (!isPublicName(url.hostname)) return malformed(name, 'its host is not a name on the public internet');
  if (type !== 'directory')
    return { identity: identityOf(url), url: url.href, form: type === 'cimd' ? 'client' : 'keys' };
  return url.pathname === '/'
    ? { identity: url.host, url: `${url.origin}${DIRECTORY}`, form: 'keys' }
    : malformed(name, 'a directory’s address is a scheme and a host and no more');
}

/** As agents are told apart, and listed. */
export function identityOf(url: URL): string {
  return /^\/\.well-known\/[\w.-]+$/.test(url.pathname) ? url.host : url.href;
}

function malformed(name: string, problem: string): Objection {
  return objection(
    'malformed-signature',
    `${name} does not say whose keys sign the request: ${problem}`,
    `Have the sender write ${name} as its specification does, e.g. ${name === 'UCP-Agent' ? 'profile="https://platform.example/.well-known/ucp"' : 'sig1="https://agent.example"'}.`,
  );
}
