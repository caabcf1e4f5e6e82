/** Signatures of agents that publish their keys: whom the request names, whether the gate takes them, and what they have published. */
import { HOUR, SECOND } from '../../freshness.ts';
import type { RefusalReason } from '../../refusals.ts';
import { AGENT_HEADER_NAMES } from '../../schemes/message-signatures/keys/agent-address.ts';
import type { MessageSignatureOptions } from '../../schemes/message-signatures/policy.ts';
import { shownText } from '../../text/shown-text.ts';
import { declaredAs } from '../declared.ts';
import type { SignHypothesis } from '../hypothesis.ts';
import { inputTextOf } from '../signature-input-text.ts';
import type { Trial } from '../trial.ts';

type Agents = Extract<NonNullable<MessageSignatureOptions['published']>, { readonly at: 'agents' }>;

interface Named {
  readonly agents: Agents;
  /** The header that says where the keys are; undefined where it did not come. */
  readonly field: string | undefined;
}

function namedOf({ request, scheme }: Trial): Named | undefined {
  const { published } = declaredAs(scheme, 'message-signatures')?.options ?? {};
  if (published?.at !== 'agents') return undefined;
  return { agents: published, field: request.headers.get(published.header) };
}

/** A row of requests that are refused for one reason. */
function row(
  reason: RefusalReason,
  own: Pick<SignHypothesis, 'id' | 'says' | 'mend'>,
  sees: (named: Named, trial: Trial) => string | undefined,
): SignHypothesis {
  return {
    ...own,
    part: 'message-signature',
    steps: ['extract', 'compare', 'fresh'],
    certainty: 'likely',
    sees(trial, { verdict }) {
      const named = verdict.ok || verdict.reason !== reason ? undefined : namedOf(trial);
      return named && sees(named, trial);
    },
  };
}

/** RFC 7638 thumbprints are SHA-256 in base64url. */
const THUMBPRINT = /^[\w-]{43}$/;

/** Whether keys are known by their thumbprints here, and the id that a request names is none. */
export function isNoThumbprint({ scheme }: Trial, keyId: string): boolean {
  const { byThumbprint = false } = declaredAs(scheme, 'message-signatures')?.options ?? {};
  return byThumbprint && !THUMBPRINT.test(keyId);
}

function keyIdOf(trial: Trial): string | undefined {
  const parameter = inputTextOf(trial)?.parameters.find((text) => text.startsWith(';keyid='));
  return parameter?.replace(/^;keyid="|"$/g, '');
}

/** The names of hosts that a field has, in any form. */
function hostsIn(field: string): readonly string[] {
  return (field.slice(0, MAX_FIELD_CHARS).match(/[\w-]+(?:\.[\w-]+)+/g) ?? []).map((host) =>
    host.toLowerCase(),
  );
}

const MAX_FIELD_CHARS = 2048;

function isListed({ agents: { listed }, field = '' }: Named): boolean {
  if (listed === undefined) return true;
  return hostsIn(field).some((host) => listed.some((identity) => hostsIn(identity).includes(host)));
}

export const AGENT: readonly SignHypothesis[] = [
  row(
    'missing-part',
    {
      id: 'agent-header-missing',
      says: (name) =>
        `The request has no ${name}, which says whose keys have signed it: the sender does not write it, or something on the way dropped it.`,
      mend: (name) =>
        `Have the sender send ${name} and cover it with its signature; if it does, look for a proxy that passes on only the headers that it knows.`,
    },
    ({ agents, field }) => (field === undefined ? AGENT_HEADER_NAMES[agents.header] : undefined),
  ),
  row(
    'missing-part',
    {
      id: 'agent-header-not-signed',
      says: (name) =>
        `The request names its sender in ${name}, and its signature does not cover that: anybody could have written it.`,
      mend: (name) => `Have the sender add ${name} to the components that it signs.`,
    },
    ({ agents, field }, trial) => {
      const covered = inputTextOf(trial)?.components ?? [];
      const isCovered = covered.some((component) => component.startsWith(`"${agents.header}"`));
      return field === undefined || isCovered ? undefined : AGENT_HEADER_NAMES[agents.header];
    },
  ),
  row(
    'malformed-signature',
    {
      id: 'agent-header-form',
      says: (name) =>
        `${name} does not say where the sender’s keys are, as a short https address: it is http, a bare host, or written in another form.`,
      mend: (name) =>
        `Have the sender write ${name === 'UCP-Agent' ? 'UCP-Agent: profile="https://platform.example/.well-known/ucp"' : 'Signature-Agent: sig1="https://agent.example"'}, with https and a host that the public can resolve.`,
    },
    ({ agents, field = '' }) => (/"https:\/\//.test(field) ? undefined : AGENT_HEADER_NAMES[agents.header]),
  ),
  row(
    'unknown-key',
    {
      id: 'agent-not-listed',
      says: (host) =>
        `The request is signed by ${host}, and the gate takes the requests of other agents alone.`,
      mend: (host) => `If its requests should be taken, add ${host} to the gate’s agents.`,
    },
    (named) => (isListed(named) ? undefined : shownText(hostsIn(named.field ?? '')[0] ?? 'another agent')),
  ),
  {
    id: 'agent-keyid-form',
    part: 'message-signature',
    steps: ['extract', 'compare', 'fresh'],
    certainty: 'likely',
    // Keys in the gate’s own list, or at an address of its own, are known by their thumbprints too.
    sees(trial, { verdict }) {
      if (verdict.ok || verdict.reason !== 'unknown-key') return undefined;
      const keyId = keyIdOf(trial);
      if (keyId === undefined || !isNoThumbprint(trial, keyId)) return undefined;
      const named = namedOf(trial);
      return named === undefined || isListed(named) ? `"${shownText(keyId)}"` : undefined;
    },
    says: (keyId) =>
      `The signature names its key ${keyId}, which is no thumbprint: under this profile a key is known by nothing else.`,
    mend: () =>
      'Have the sender write as keyid the RFC 7638 thumbprint of its public key: the SHA-256 of the JWK’s required members, in base64url, 43 characters.',
  },
  row(
    'unknown-key',
    {
      id: 'agent-key-not-published',
      says: (keyId) =>
        `The sender’s key directory has no valid key of the id ${keyId}: it signs with one that it has not published, or has put away or let expire.`,
      mend: () =>
        'Have the sender publish the key that it signs with, and keep it there until the last signature of it has expired; a key that was added is seen within a minute.',
    },
    (named, trial) => {
      const keyId = keyIdOf(trial);
      if (keyId === undefined || !isListed(named)) return undefined;
      return isNoThumbprint(trial, keyId) ? undefined : `"${shownText(keyId)}"`;
    },
  ),
  row(
    'keys-unavailable',
    {
      id: 'agent-keys-unavailable',
      says: (host) =>
        `The keys of ${host} could not be had: its directory is unreachable, answers an error, or is no document of keys. Whether the request is genuine nobody can tell.`,
      mend: () =>
        'Ask for the directory yourself (curl -i https://AGENT/.well-known/http-message-signatures-directory): it must answer 200 with a JSON object of keys. If it does, look for a firewall between the gate and it.',
    },
    ({ field = '' }) => shownText(hostsIn(field)[0] ?? 'the agent'),
  ),
  {
    ...row(
      'malformed-timestamp',
      {
        id: 'agent-signature-too-long',
        says: (hours) =>
          `The signature is meant to be good for ${hours} h, which is longer than the gate takes.`,
        mend: () =>
          'Have the sender set expires nearer to created: a minute or an hour will do for one request.',
      },
      () => undefined,
    ),
    sees(trial, { verdict }) {
      const { maxLifetimeMs } = declaredAs(trial.scheme, 'message-signatures')?.options ?? {};
      if (verdict.ok || verdict.reason !== 'malformed-timestamp' || maxLifetimeMs === undefined)
        return undefined;
      const seconds = secondsOf(trial, 'expires') - secondsOf(trial, 'created');
      return seconds * SECOND > maxLifetimeMs ? String(Math.round((seconds * SECOND) / HOUR)) : undefined;
    },
  },
];

function secondsOf(trial: Trial, name: 'created' | 'expires'): number {
  const parameter = inputTextOf(trial)?.parameters.find((text) => text.startsWith(`;${name}=`));
  return Number(parameter?.slice(name.length + 2));
}
