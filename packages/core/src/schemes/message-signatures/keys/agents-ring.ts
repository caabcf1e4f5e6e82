/** The ring of keys whose address a request gives: of listed agents, or of any, each of whom is known by the address of its keys. */
import { dropOldest } from '../../../drop-oldest.ts';
import {
  type FoundKeys,
  isWithin,
  type KeyInfo,
  type KeyQuery,
  type KeyRing,
  type RingKey,
} from '../../../keys.ts';
import type { MaybePromise } from '../../../model.ts';
import { type Objection, objection } from '../../../objection.ts';
import { shownText } from '../../../text/shown-text.ts';
import { createTokenBucket, type TokenBucket } from '../../../token-bucket.ts';
import type { KeySetUrl } from '../../jwt/key-set-url.ts';
import { identityOf } from './agent-address.ts';
import { type NamedKey, namedKey } from './agent-key-name.ts';
import type { DirectoryContext } from './fetch-key-document.ts';
import { createKeyDirectory, type DirectoryKeys, type KeyDirectory } from './key-directory.ts';
import type { PublishedKey } from './published-key.ts';
import {
  answersTo,
  foundPublished,
  namesOf,
  publishedKeyInfo,
  publishedRingKey,
  refusePublished,
} from './published-ring-key.ts';

/** Whose keys are taken. */
export interface AgentOptions {
  /** By their identity, as `AgentAddress` has it; undefined: any, and who signs is known by it. */
  readonly listed: readonly string[] | undefined;
  /** How each one’s keys are fetched and kept. */
  readonly source: Omit<KeySetUrl, 'url'>;
  /** Whether keys are named by their thumbprint alone. */
  readonly byThumbprint: boolean;
}

/** So many addresses that have keys are remembered, and so many that have none. */
const MAX_ADDRESSES = 1000;

/** So many fetches of one allowance may be on their way for addresses that have had no keys yet. */
const MAX_FETCHES = 16;

/** How many addresses without keys may be asked: each is somebody’s server, and whoever sends requests chooses it. */
const MISSES = { atOnce: 64, perSecond: 4 } as const;

interface Agent {
  readonly directory: KeyDirectory;
  readonly info: ReturnType<typeof publishedKeyInfo>;
}

/** What addresses that have had no keys yet may cost: whoever sends requests names them. */
interface Allowance {
  readonly misses: TokenBucket;
  fetches: number;
}

interface AgentsState {
  readonly options: AgentOptions;
  readonly context: DirectoryContext;
  /** Those whose keys were had: others, which come in floods, cannot crowd them out. The one asked for the longest ago comes first. */
  readonly publishers: Map<string, Agent>;
  readonly strangers: Map<string, Agent>;
  readonly allowances: Map<string, Allowance>;
}

export function createAgentsRing(options: AgentOptions, context: DirectoryContext): KeyRing {
  const state: AgentsState = {
    options,
    context,
    publishers: new Map(),
    strangers: new Map(),
    allowances: new Map(),
  };
  const list = (): readonly KeyInfo[] => [...state.publishers.values()].map(({ info }) => ({ ...info }));
  return {
    list,
    find(query) {
      const names = namesOf(query).flatMap((name) => (name === undefined ? [] : [namedKey(name)]));
      const all = names.map((name) => keysOf(state, name, query));
      return all.some((keys) => keys instanceof Promise)
        ? Promise.all(all).then((settled) => together(settled, list))
        : together(all as readonly AgentKeys[], list);
    },
    written: [],
    signing: refusePublished,
  };
}

interface AgentKeys {
  readonly keys: readonly RingKey[];
  readonly outage: Objection | undefined;
}

function together(all: readonly AgentKeys[], list: () => readonly KeyInfo[]): FoundKeys {
  const outages = all.flatMap(({ outage }) => outage ?? []);
  // What may be had in a moment goes before what is not to be had.
  const outage = outages.find(({ reason }) => reason === 'keys-unavailable') ?? outages[0];
  return foundPublished(
    all.flatMap(({ keys }) => keys),
    list,
    outage,
  );
}

function keysOf(state: AgentsState, named: NamedKey, { nowMs }: KeyQuery): MaybePromise<AgentKeys> {
  const { options, strangers, publishers } = state;
  const identity = identityOf(new URL(named.url));
  if (options.listed && !options.listed.includes(identity)) return without(notListed(identity));
  const { place } = named;
  const agent = publishers.get(place) ?? strangers.get(place) ?? newAgent(state, named, identity);
  const isWanted = (key: PublishedKey): boolean => answersTo(key, named.keyId, options.byThumbprint);
  const isPublisher = publishers.has(place);
  if (!isPublisher && agent.directory.wouldFetch(nowMs, isWanted)) {
    const allowance = allowanceOf(state, place, identity);
    if (allowance.fetches >= MAX_FETCHES || !allowance.misses.take(nowMs)) return without(BUSY);
    allowance.fetches++;
    return Promise.resolve(agent.directory.find(nowMs, isWanted))
      .finally(() => allowance.fetches--)
      .then((keys) => {
        if (keys.keys !== undefined) allowance.misses.giveBack();
        return remembered(state, named, agent, keys, nowMs);
      });
  }
  const keys = agent.directory.find(nowMs, isWanted);
  return keys instanceof Promise
    ? keys.then((fetched) => remembered(state, named, agent, fetched, nowMs))
    : remembered(state, named, agent, keys, nowMs);
}

/** Where nearly all agents have their keys. */
const USUAL = /^https:\/\/[^/]+\/\.well-known\/(?:http-message-signatures-directory|ucp)$/;

/**
 * Of listed agents each has its own, and its usual addresses too: who names others of a listed host must keep out neither that nor the rest.
 * Where any agent is taken, whoever floods chooses hosts as well, and there is one for all.
 */
function allowanceOf({ options, allowances }: AgentsState, place: string, identity: string): Allowance {
  const own = USUAL.test(place) ? place : identity;
  const name = options.listed === undefined ? '' : own;
  const allowance = allowances.get(name) ?? { misses: createTokenBucket(MISSES), fetches: 0 };
  allowances.set(name, allowance);
  return allowance;
}

function newAgent(
  { options, context, strangers }: AgentsState,
  { place, url, form }: NamedKey,
  identity: string,
): Agent {
  const directory = createKeyDirectory({ url, form, ...options.source }, context);
  const agent = { directory, info: publishedKeyInfo(identity) };
  keep(strangers, place, agent);
  return agent;
}

function keep(agents: Map<string, Agent>, place: string, agent: Agent): void {
  agents.set(place, agent);
  dropOldest(agents, MAX_ADDRESSES);
}

/** Keeps the agent where it belongs, and takes what it has of the key. */
function remembered(
  { publishers, strangers, options }: AgentsState,
  { name, place, keyId }: NamedKey,
  agent: Agent,
  { keys = [], failure }: DirectoryKeys,
  nowMs: number,
): AgentKeys {
  const usable = keys.filter((key) => answersTo(key, keyId, options.byThumbprint) && isWithin(key, nowMs));
  publishers.delete(place);
  strangers.delete(place);
  keep(keys.length > 0 ? publishers : strangers, place, agent);
  const { info } = agent;
  if (usable.length > 0)
    return { keys: usable.map((key) => publishedRingKey(key, info, name, info.id)), outage: undefined };
  return without(
    failure !== undefined && keys.length === 0 ? unreachable(info.id, failure) : noSuchKey(info.id),
  );
}

function without(outage: Objection): AgentKeys {
  return { keys: [], outage };
}

function notListed(identity: string): Objection {
  return objection(
    'unknown-key',
    `the signature is ${shownText(identity)}’s, who is none of the gate’s agents`,
    'If its requests should be accepted, add it to the gate’s agents.',
  );
}

function unreachable(identity: string, failure: string): Objection {
  return objection(
    'keys-unavailable',
    `the keys of ${shownText(identity)} cannot be had: ${failure}`,
    'It is its publisher who must put this right; they are asked for again after the cooldown, and the sender may retry.',
  );
}

function noSuchKey(identity: string): Objection {
  return objection(
    'unknown-key',
    `${shownText(identity)} publishes no key of the id that the signature names, or none that is valid now`,
    'Compare the signature’s keyid with the keys that the sender publishes: it must be the key’s thumbprint (RFC 7638), or its kid where the profile takes one.',
  );
}

const BUSY: Objection = objection(
  'keys-unavailable',
  'too many addresses that have no keys are being asked',
  'Look for a flood of requests that name unknown agents, or list the agents that the gate takes; the sender should retry.',
);
