/** The pages of gates. */
import { plain } from '../ui/visible-text.ts';

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

export const GATES = {
  title: 'Gates',
  lead: 'The paths on the public listener: how requests are verified there, and what happens next.',
  list: 'Gates',
  filter: 'Filter gates',
  placeholder: 'Name, path or provider',
  empty: {
    title: 'No gates yet',
    text: 'A gate is a path, how requests are verified there, and what happens next. Add one to the configuration, and reload it:',
    config: `gates:
  github:
    path: /webhooks/github
    provider: github
    keys: [{ id: now, secret: "\${env:GITHUB_SECRET}" }]
    keep: {}`,
    label: 'A gate of the configuration',
    noMatch: 'No gate matches',
    noMatchText: 'No gate has that name, path or provider.',
  },
  outcomes: {
    answer: 'answers',
    forward: 'forwards',
    keep: 'keeps',
    respond: 'responds',
  },
  accepted: (count: number) => `${count.toLocaleString('en')} accepted`,
  refused: (count: number) => `${count.toLocaleString('en')} refused`,
  modes: {
    enforce: 'enforces',
    monitor: 'monitors only',
    accept: 'accepts older proof',
    shadow: 'shadow proof',
  },
  toMend: (count: number) => `${count} to fix`,
  back: 'All gates',
  unknown: {
    title: 'No such gate',
    text: 'It may have been removed by a reload, or the link belongs to another gateway.',
  },
  tabs: { label: 'About the gate', overview: 'Overview', keys: 'Keys', setUp: 'Set-up', explain: 'Explain' },
  facts: {
    path: 'Path',
    methods: 'Methods',
    allMethods: 'all',
    proof: 'Proof',
    unsigned: 'none: unsigned',
    outcome: 'Outcome',
    keepsRefused: 'Refused requests',
    keepsRefusedOf: (atMost: number, hours: number, isDurable: boolean) =>
      `the last ${atMost.toLocaleString('en')} for ${hours.toLocaleString('en')} h${isDurable ? '' : ', in memory'}`,
    notKept: 'not kept (keepRefused is off)',
  },
  counts: {
    title: 'Since the gateway started',
    accepted: 'Accepted',
    refused: 'Refused',
    handshakes: 'Handshakes',
    reasons: 'Refused, by reason',
    none: 'Nothing was refused.',
    nothing: 'No requests yet.',
    share: (part: number, whole: number) =>
      `${((part / whole) * 100).toLocaleString('en', { maximumFractionDigits: 1 })} %`,
    live: 'Watch live',
    kept: 'Kept refused requests',
  },
  mode: {
    title: 'Mode',
    enforce: 'Enforces: requests that fail verification are refused.',
    monitorNow: 'Monitors only: what it would refuse is let through, with a label.',
    monitorOver: 'The monitoring period is over: it enforces.',
    until: 'Enforces from',
    forever: 'No end date: set monitorUntil, so that the gate does not stay open by oversight.',
    letThrough: 'Let through, by reason',
    letThroughNone: 'Nothing was let through: the gate could enforce.',
    olderTitle: 'Older proofs',
    olderTaken: 'accepted until',
    olderOver: 'not accepted since',
    sendersTitle: 'Who still uses them',
    sendersNone: 'Nobody has used an older proof. You can remove it from accept.',
    sender: 'Sender',
    senderOf: (keyId: string, subject: string | undefined) =>
      subject === undefined ? `key ${keyId}` : `${subject} (key ${keyId})`,
    proof: 'Proof',
    requests: 'Requests',
    last: 'Last seen',
    forgotten: (count: number) =>
      `${counted(count, 'sender is', 'senders are')} not in the list, because it is full.`,
    moreSenders: (count: number) => `Show ${counted(count, 'more sender')}`,
    shadowTitle: (provider: string) => `Shadow proof: ${provider}`,
    shadowLead: 'Verified after the answer; it decides nothing.',
    agree: 'Both accept',
    bothRefuse: 'Both refuse',
    onlyFirst: 'Only the gate accepts',
    onlyShadow: 'Only the shadow proof accepts',
    dropped: 'Not compared',
    disagreements: 'Latest disagreements',
    disagreementsNone: 'There have been no disagreements.',
    request: 'Request',
    gateSays: 'Gate',
    shadowSays: 'Shadow',
    accepts: 'accepts',
    at: 'When',
  },
  setUp: {
    title: (provider: string) => `At ${provider}`,
    address: 'The address to enter there',
    addressHint: 'From publicUrl in the configuration.',
    noAddress:
      'The configuration does not say at which host senders reach the gateway. Set publicUrl: https://hooks.example.com, with your host, and restart the gateway: the complete address is then shown here. Until then, replace YOUR-HOST with your host.',
    steps: 'What to set there',
    own: 'The sender signs by your own scheme. This writes a page to hand to them, with formulas, a test vector and sample programs:',
    handout: 'A command that writes the page for the sender',
    test: 'Send a test',
    testText:
      'This signs a request as the sender does, and sends it. It reads the secret from an environment variable:',
    testLabel: 'A command that sends a signed request',
    actions: 'Or call one of its actions, signed as the platform signs:',
    actionsLink: 'Test call of an action',
    none: 'The gate accepts unsigned requests: there is nothing to set up.',
    answerWithin: (seconds: number) => `The sender waits ${seconds.toLocaleString('en')} s for an answer.`,
  },
  explain: {
    lead: 'Paste a request that failed. It is verified with this gate’s keys, as if it arrived now; nothing is run, and nothing is kept.',
    label: 'The request',
    hint: 'curl line, raw HTTP, HAR entry, JSON, a fetch call, a delivery as GitHub shows it, an event of AWS Lambda; up to 256 KB.',
    placeholder:
      'POST /webhooks/github HTTP/1.1\nHost: example.com\nX-Hub-Signature-256: sha256=…\n\n{"hello":"world"}',
    submit: 'Explain',
    clear: 'Clear',
    running: 'Judging …',
    form: (form: string) => `Read as ${form}.`,
    accepted: 'would be accepted',
    refused: 'would be refused',
    provedBy: (key: string) => plain`verified with the key ${key}`,
    why: 'Why',
    way: 'Step by step through the gate',
    diff: 'What was signed, and what arrived',
    noFinding: 'No known mistake explains it.',
    needs: 'Explaining a request',
  },
  needs: (what: string, role: string) => `${what} needs the role ${role}.`,
} as const;
