/** The keys at an address, whichever document is there: a list of keys, or what describes a client and says where its keys are. */
import type { Jwk } from '../../../keys/jwk.ts';
import type { KeyContext } from '../../../scheme.ts';
import { isObject } from '../../../text/is-object.ts';
import { fetchKeyObject } from '../../jwt/fetch-key-set.ts';
import type { KeySetUrl } from '../../jwt/key-set-url.ts';
import { type KeyDocument, readKeyDocument } from './key-document.ts';
import { isPublicName } from './public-name.ts';
import type { KeyMembers } from './published-key.ts';

/** `keys`: a JWKS, a key directory, a UCP profile. `client`: a Client ID Metadata Document, whose `jwks` or `jwks_uri` has them. */
export type DocumentForm = 'keys' | 'client';

export interface KeyDocumentSource extends KeySetUrl {
  /** Default `keys`. */
  readonly form?: DocumentForm;
  /** Of a `brand.json`: the address of the agent whose entry says where its keys are. */
  readonly agent?: string;
}

/** What a directory needs beside its address. */
export interface DirectoryContext extends Pick<KeyContext, 'fetch' | 'report'> {
  readonly keyMembers?: KeyMembers | undefined;
}

const ACCEPT =
  'application/http-message-signatures-directory+json, application/jwk-set+json, application/json';

/** Never throws. A text says why there are none. */
export async function fetchKeyDocument(
  source: KeyDocumentSource,
  context: DirectoryContext,
): Promise<KeyDocument | string> {
  const { url, form, agent } = source;
  const json = await fetchObject(url, agent === undefined ? source : ofBrand(source), context);
  if (typeof json === 'string') return json;
  const keys =
    agent !== undefined
      ? await keysOfAgent(json, agent, source, context)
      : form === 'client'
        ? await keysOfClient(json, source, context)
        : json;
  return typeof keys === 'string' ? keys : readKeyDocument(keys, context.keyMembers);
}

function fetchObject(
  url: string,
  { timeoutMs, maxBytes }: KeyDocumentSource,
  { fetch }: DirectoryContext,
): Promise<Jwk | string> {
  return fetchKeyObject({ url, fetch, timeoutMs, maxBytes, accept: ACCEPT });
}

/**
 * A client is whom its document says: a copy of it at another address describes nobody.
 * @see draft-ietf-oauth-client-id-metadata-document §4; RFC 7591 §2
 */
async function keysOfClient(
  client: Jwk,
  source: KeyDocumentSource,
  context: DirectoryContext,
): Promise<Jwk | string> {
  if (client['client_id'] !== source.url) return 'its client_id is not its own address';
  const { jwks, jwks_uri: address } = client;
  if (jwks !== undefined && address !== undefined) return 'it has jwks and jwks_uri';
  if (jwks !== undefined) return isObject(jwks) ? (jwks as Jwk) : 'its jwks is no object';
  return typeof address === 'string'
    ? keysElsewhere(address, source, context)
    : 'it has neither jwks nor jwks_uri';
}

/** AdCP has it so: adcontextprotocol.org, Security, Discovering an agent’s signing keys. */
const MAX_BRAND_BYTES = 256 * 1024;

function ofBrand(source: KeyDocumentSource): KeyDocumentSource {
  return { ...source, maxBytes: Math.max(source.maxBytes, MAX_BRAND_BYTES) };
}

/** The operator’s word for where the agent’s keys are; the agent’s own host where the entry leaves it out. Entries of single brands are others’. */
async function keysOfAgent(
  brand: Jwk,
  agent: string,
  source: KeyDocumentSource,
  context: DirectoryContext,
): Promise<Jwk | string> {
  const { house } = brand;
  const entries = [brand, house].flatMap((owner) => {
    const agents = isObject(owner) ? (owner as Jwk)['agents'] : undefined;
    return Array.isArray(agents) ? (agents as readonly unknown[]) : [];
  });
  const [entry, another] = entries.filter(
    (item): item is Jwk => isObject(item) && (item as Jwk)['url'] === agent,
  );
  if (entry === undefined) return 'none of its agents has the address that the gate names';
  if (another !== undefined) return 'several of its agents have the address that the gate names';
  const { jwks_uri: address = new URL('/.well-known/jwks.json', agent).href } = entry;
  return typeof address === 'string'
    ? keysElsewhere(address, source, context)
    : 'its agent’s jwks_uri is no text';
}

/** What a document names is held to what holds for the addresses of requests. */
async function keysElsewhere(
  address: string,
  source: KeyDocumentSource,
  context: DirectoryContext,
): Promise<Jwk | string> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || !isPublicName(url.hostname))
    return 'its jwks_uri is no https address on the public internet';
  const keys = await fetchObject(url.href, source, context);
  return typeof keys === 'string' ? `of its jwks_uri: ${keys}` : keys;
}
