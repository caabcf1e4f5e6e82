/** The options that say which keys prove message signatures, and where they are published. */
import { notGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { isObject } from '../../text/is-object.ts';
import { shownUrl } from '../../text/shown-url.ts';
import {
  type KeySetBounds,
  type KeySetUrl,
  keySetDefaults,
  readKeySetBounds,
  readKeySetUrl,
} from '../jwt/key-set-url.ts';
import { AGENT_HEADERS, identityOf } from './keys/agent-address.ts';
import type { KeyDocumentSource } from './keys/fetch-key-document.ts';
import { isPublicName } from './keys/public-name.ts';
import type { KeyMembers } from './keys/published-key.ts';
import type { MessageSignatureOptions, PublishedKeys } from './policy.ts';
import type { MessageSignatureProfile } from './profiles.ts';
import { MESSAGE_SIGNATURE_ALGORITHMS, type MessageSignatureAlgorithm } from './registered-names.ts';

export const ALGORITHM_WORDS: readonly MessageSignatureOptions['algorithm'][] = [
  ...(Object.keys(MESSAGE_SIGNATURE_ALGORITHMS) as MessageSignatureAlgorithm[]),
  'of-key',
];

/** What of the options is about keys. @throws SetupError naming the option and the remedy. */
export function readPublished(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): Pick<MessageSignatureOptions, 'algorithm' | 'published' | 'byThumbprint' | 'keyMembers'> {
  const published = readPlace(options, profile);
  const written = options.oneOf('algorithm', ALGORITHM_WORDS);
  const thumbprint = options.flag('thumbprint');
  const keyMembers = readKeyMembers(options, profile);
  refuseContradiction(options, { written, published, profile, thumbprint });
  const algorithm = written ?? (published || profile ? 'of-key' : 'hmac-sha256');
  if (algorithm !== 'of-key') {
    for (const name of ['thumbprint', 'keyMembers'])
      if (options.raw(name) !== undefined) throw needsOfKey(options, name);
    return { algorithm };
  }
  return {
    algorithm,
    ...(published && { published }),
    byThumbprint: thumbprint ?? profile?.byThumbprint ?? false,
    ...(keyMembers && { keyMembers }),
  };
}

interface KeyChoice {
  readonly written: MessageSignatureOptions['algorithm'] | undefined;
  readonly published: PublishedKeys | undefined;
  readonly profile: MessageSignatureProfile | undefined;
  readonly thumbprint: boolean | undefined;
}

function refuseContradiction(
  options: OptionReader,
  { written, published, profile, thumbprint }: KeyChoice,
): void {
  if (published && written !== undefined && written !== 'of-key') {
    throw new SetupError(
      options.path('algorithm'),
      'it is given, and each key that is fetched says itself what it is for',
      'Leave algorithm out; or give the keys in the place of jwks and agents.',
    );
  }
  if (profile && written === 'hmac-sha256') {
    throw new SetupError(
      options.path('algorithm'),
      'it is hmac-sha256, and the profile’s signatures are by public keys',
      'Leave algorithm out, and give the senders’ keys as JWKs; or set it to what the key is for.',
    );
  }
  if (profile?.byThumbprint && thumbprint === false) {
    throw new SetupError(
      options.path('thumbprint'),
      'it is false, and the profile names keys by their thumbprint',
      'Leave it out.',
    );
  }
}

function needsOfKey(options: OptionReader, name: string): SetupError {
  return new SetupError(
    options.path(name),
    'it is given, and algorithm fixes what keys are for whatever they say of themselves',
    'Set algorithm to of-key, and give the keys as JWKs; or leave it out.',
  );
}

function readPlace(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): PublishedKeys | undefined {
  const source = readKeySetUrl(options, profile?.fetching);
  const brand = readBrand(options);
  const agents = readAgents(options, profile?.fetching);
  const header = options.oneOf('agentHeader', AGENT_HEADERS);
  if (header !== undefined && !agents) {
    throw new SetupError(
      options.path('agentHeader'),
      'it is given, and no keys are fetched by it',
      'Give agents: whose keys are taken, or any.',
    );
  }
  if (source && agents) {
    throw new SetupError(options.path('agents'), 'it is given, and jwks too', 'Give one of them.');
  }
  if (brand && (source || agents)) {
    const other = source ? 'jwks' : 'agents';
    throw new SetupError(options.path('brand'), `it is given, and ${other} too`, 'Give one of them.');
  }
  const address = source ?? brand;
  if (address) return { at: 'address', source: address };
  if (!agents) return undefined;
  return { at: 'agents', header: header ?? profile?.agentHeader ?? 'signature-agent', ...agents };
}

/** `{ url, agent, … }`: an operator’s `brand.json`, and the address of one of its agents, letter by letter. */
function readBrand(options: OptionReader): KeyDocumentSource | undefined {
  const reader = options.object('brand');
  if (!reader) return undefined;
  const [url, agent] = [readAddress(reader, 'url'), readAddress(reader, 'agent')];
  const bounds = readKeySetBounds(reader);
  reader.refuseUnread();
  return { ...keySetDefaults(), ...bounds, url: new URL(url).href, agent };
}

function readAddress(reader: OptionReader, name: string): string {
  const text = reader.text(name);
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (text !== undefined && url?.protocol === 'https:' && url.username === '' && url.password === '')
    return text;
  throw new SetupError(
    reader.path(name),
    text === undefined ? 'it is not given' : `"${shownUrl(text)}" is not an https address`,
    'Give url, e.g. https://operator.example/.well-known/brand.json, and agent: the address of its agent as that file has it.',
  );
}

interface ReadAgents {
  readonly listed?: readonly string[];
  readonly source: Omit<KeySetUrl, 'url'>;
}

/** `any`, one agent, a list of them, or `{ of, maxAgeMs, cooldownMs, timeoutMs, maxBytes, maxOutageMs }`. */
function readAgents(options: OptionReader, defaults: KeySetBounds = {}): ReadAgents | undefined {
  const raw = options.raw('agents');
  if (raw === undefined) return undefined;
  const isMapping = isObject(raw) && !Array.isArray(raw);
  const reader = isMapping ? (options.object('agents') as OptionReader) : options;
  const name = isMapping ? 'of' : 'agents';
  const texts = reader.texts(name);
  const bounds = isMapping ? readKeySetBounds(reader) : {};
  if (isMapping) reader.refuseUnread();
  if (!texts) {
    throw notGiven(reader, name, 'Name the agents whose requests are taken, or any.');
  }
  const source = { ...keySetDefaults(), ...defaults, ...bounds };
  if (texts.length === 1 && texts[0] === 'any') return { source };
  return { listed: texts.map((text) => identityOfText(text, reader.path(name))), source };
}

function identityOfText(text: string, option: string): string {
  const address = text.includes('/') ? text : `https://${text}/.well-known/ucp`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isPlain =
    url?.protocol === 'https:' && url.username === '' && url.password === '' && !/[?#@]/.test(text);
  if (url && isPlain && isPublicName(url.hostname) && url.pathname !== '/') return identityOf(url);
  throw new SetupError(
    option,
    `"${shownUrl(text)}" is neither the name of a host on the internet nor an https address of keys`,
    'Give e.g. agent.example, whose keys are under /.well-known; or the whole address of keys that are elsewhere.',
  );
}

/** What members a key must have, and which of their values are taken: what the profile demands stays demanded. */
function readKeyMembers(
  options: OptionReader,
  profile: MessageSignatureProfile | undefined,
): KeyMembers | undefined {
  const reader = options.object('keyMembers');
  const own = profile?.keyMembers ?? {};
  if (!reader) return profile?.keyMembers;
  const members = reader.names().map((name): [string, readonly string[]] => {
    const values = reader.texts(name) ?? [];
    const allowed = Object.hasOwn(own, name) ? (own[name] as readonly string[]) : values;
    const other = values.find((value) => !allowed.includes(value));
    if (other === undefined) return [name, values];
    throw new SetupError(
      reader.path(name),
      `"${other}" is none that the profile takes`,
      `Give some of ${allowed.join(', ')}, or leave it out.`,
    );
  });
  return { ...own, ...Object.fromEntries(members) };
}
