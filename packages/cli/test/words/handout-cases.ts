/** What `handout` cannot be asked for. */
import type { UsageCase } from './usage-cases.ts';

const KEY = 'a-key-of-more-than-sixteen-bytes';
const WITH_ORIGIN = `store: "memory:"
gates:
  api:
    path: /api
    scheme: { algorithm: sha256, signature: x-signature, message: "{url}{body}", origin: "https://api.example" }
    keys: [{ secret: ${KEY} }]
    keep: {}
`;

export const handoutCases: readonly UsageCase[] = [
  {
    args: ['handout'],
    says: 'no gate is named',
    remedy: 'Give one: countersign handout GATE. Gates: one, open.',
  },
  {
    args: ['handout', 'on'],
    says: 'the configuration has no gate "on"',
    remedy: 'Did you mean one? Gates: one, open.',
  },
  {
    args: ['handout', 'open'],
    says: 'the gate open takes unsigned requests',
    remedy: 'There is nothing to hand out: anybody can send to it.',
  },
  {
    args: ['handout', 'one', '-l', 'pyhton'],
    says: 'there is no language "pyhton"',
    remedy: 'Did you mean python? One of openssl, python, php, go, ruby, javascript.',
  },
  {
    args: ['handout', 'one', '--url', 'api.example'],
    says: '--url is not an http or https URL',
    remedy: 'E.g. --url https://api.example.',
  },
  {
    args: ['handout', 'one', '--url', 'https://ada:pass@api.example'],
    says: '--url holds credentials',
    remedy: 'Leave them out: the page is for others.',
  },
  {
    args: ['handout', 'api', '--config', 'c.yaml', '--url', 'https://other.example'],
    files: { 'c.yaml': WITH_ORIGIN },
    says: '--url is of https://other.example, and the gate’s origin is https://api.example, which the signature covers',
    remedy: 'Leave --url out, or set the gate’s origin to what senders call.',
  },
];
