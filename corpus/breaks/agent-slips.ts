/** What goes wrong where an agent publishes the keys that sign its requests. */
import { draw } from '../base/draw.ts';
import { versionOf } from '../base/versions.ts';
import { type Case, withHeader } from '../base/wire.ts';
import {
  AGENT,
  type AgentWords,
  agent,
  DIRECTORY,
  directoryAt,
  OTHER_DIRECTORY,
  signAsAgent,
} from '../senders/agents.ts';
import { asItIs, casesOfSender, type DirectRow } from './direct.ts';

const LIBRARY = versionOf('http-message-signatures');

const signed =
  (words: AgentWords): DirectRow['make'] =>
  (draft) =>
    signAsAgent(draft, words);

const row = (cause: string, truth: string, own: Partial<DirectRow>): DirectRow => ({
  cause,
  truth,
  madeBy: LIBRARY,
  count: 2,
  make: asItIs,
  ...own,
});

const expired = JSON.stringify({
  keys: [{ ...(JSON.parse(DIRECTORY) as { keys: object[] }).keys[0], exp: 1_700_000_000 }],
});

const ROWS: readonly DirectRow[] = [
  row('agent-not-listed', 'The agent is another one than those that the receiver takes.', {
    make: signed({ agent: 'https://crawler.other.example' }),
    published: { [directoryAt('https://crawler.other.example')]: DIRECTORY, [directoryAt(AGENT)]: DIRECTORY },
  }),
  row(
    'agent-not-listed',
    'Signature-Agent names the agent’s other domain, which the receiver does not list.',
    {
      make: signed({ agent: 'https://www.agent.acme.example' }),
    },
  ),
  row('agent-header-not-covered', 'The signature does not cover Signature-Agent.', {
    make: signed({ fields: ['@authority'] }),
  }),
  row('agent-header-missing', 'A proxy dropped Signature-Agent.', {
    make: (_draft, genuine) => withHeader(genuine, 'Signature-Agent', undefined),
  }),
  row('agent-header-malformed', 'Signature-Agent names the agent over http, and not https.', {
    make: signed({ agent: 'http://agent.acme.example' }),
  }),
  row('agent-header-malformed', 'Signature-Agent names a host without a scheme.', {
    make: signed({ agent: 'agent.acme.example' }),
  }),
  row('keyid-not-the-thumbprint', 'The keyid is a name that the sender gave its key.', {
    make: signed({ keyid: 'agent-2026' }),
  }),
  row(
    'key-not-in-directory',
    'The directory has last year’s key alone: the sender signs with one that it has not published.',
    {
      published: { [directoryAt(AGENT)]: OTHER_DIRECTORY },
    },
  ),
  row('key-not-in-directory', 'The directory’s key was put away: its exp is past.', {
    published: { [directoryAt(AGENT)]: expired },
  }),
  row('directory-unreachable', 'The agent’s directory answers 404.', {
    published: { [directoryAt(AGENT)]: 404 },
  }),
  row('directory-unreachable', 'The agent’s host does not answer.', { published: {} }),
  row('directory-unreachable', 'The directory answers a page in HTML.', {
    published: { [directoryAt(AGENT)]: '<!doctype html><title>Not here</title>' },
  }),
  row(
    'host-changed-by-proxy',
    'A proxy put its own name for the receiver into Host; the public one was signed.',
    {
      make: (_draft, genuine) => ({
        ...withHeader(genuine, 'Host', '10.0.0.5:8080'),
        url: genuine.url.replace('https://news.acme.example', 'http://10.0.0.5:8080'),
      }),
    },
  ),
  row('signature-expired', 'The signature had expired: its expires is past.', {
    now: ({ at }, label) => at / 1000 + 3700 + draw(label, 9000),
  }),
  row('signature-lifetime-too-long', 'The signature is good for a week, where a day is the most.', {
    make: signed({ seconds: 7 * 24 * 3600 }),
  }),
  row('signature-tag-wrong', 'The signature is tagged by the name of the agent.', {
    make: signed({ tag: 'acme-agent' }),
  }),
];

export const agentCases = (): Promise<readonly Case[]> => casesOfSender(agent, ROWS);
