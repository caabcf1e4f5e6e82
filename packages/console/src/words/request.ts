/** The page of one request. */
import { plain } from '../ui/visible-text.ts';

function bytes(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'byte' : 'bytes'}`;
}

export const REQUEST = {
  title: 'Request',
  why: 'Why it was refused',
  facts: {
    accepted: 'accepted',
    refused: 'refused',
    gate: 'Gate',
    id: 'Id',
    target: 'Target',
    from: 'From',
    size: 'Body',
    provider: 'Provider',
    key: 'Key',
    type: 'Type',
    status: 'Status',
    took: 'Took',
    reading: 'Reading',
    claim: 'Claim',
    bytes,
    ms: (value: number) => `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ms`,
  },
  actions: {
    curl: 'Copy as curl',
    testFile: 'Save as a test file',
    download: 'Download the body',
    notWhole:
      'It cannot be copied or downloaded: its body is not completely kept, or its gate masks a part of it.',
  },
  again: {
    verify: 'Verify again',
    hint: 'As if it arrived now, with the gate’s current keys. Nothing is run.',
    accepted: 'would be accepted',
    refused: 'would be refused',
    key: (id: string) => plain`verified with the key ${id}`,
  },
  send: {
    button: 'Send again, signed now',
    hint: 'As its sender would, with the gate’s active key and the current time.',
    sure: (gate: string) =>
      `The gateway signs the request anew and sends it to its own public listener. If ${gate} accepts it, it is handled like any request: its action runs, it is forwarded, or it is kept and delivered.`,
    answered: (status: number, durationMs: number) =>
      `answered ${status} after ${durationMs.toLocaleString('en', { maximumFractionDigits: 1 })} ms`,
    open: 'Open the new request',
    masked:
      'The gate masks parts of its requests: the query and the answer’s headers and body are left out here.',
  },
  findings: {
    certainty: { proved: 'proved cause', likely: 'likely cause', possible: 'possible cause' },
    mend: 'What to do',
    framework: 'Your framework',
    code: (framework: string) => `Code for ${framework}`,
    loading: 'Looking for the cause …',
    others: (count: number) => `${count} less likely ${count === 1 ? 'explanation' : 'explanations'}`,
    untried: {
      budget: 'The time limit was reached before every known mistake was tried.',
      'long-body': 'The body is longer than 64 KB: mistakes in how it is written were not tried.',
    },
  },
  diff: {
    title: 'What was signed, and what arrived',
    of: { message: 'The signed message', body: 'The body' },
    lead: (of: string, changes: number) =>
      `${of} differs in ${changes.toLocaleString('en')} ${changes === 1 ? 'place' : 'places'}.`,
    marks: 'In what differs, · is a space, → a tab, ↵ a line feed; numbers are offsets in bytes.',
    sides: { signed: 'Signed', arrived: 'Arrived' },
    same: (count: number) => ` … ${bytes(count)} that are the same … `,
    at: (offset: number) => String(offset),
    offset: (offset: number, length: number) => `${bytes(length)} at offset ${offset}`,
    more: (count: number) => `Show more (${count.toLocaleString('en')} left)`,
    cut: (signed: number, arrived: number) =>
      `Only the first 64 KB are compared: ${bytes(signed)} of what was signed and ${bytes(arrived)} of what arrived come after that.`,
  },
  way: {
    title: 'Step by step through the gate',
    step: (step: string, status: string) => `${step}: ${status}`,
    evidence: (step: string) => `Evidence at ${step}`,
    statuses: {
      passed: 'passed',
      refused: 'refused here',
      'not-reached': 'not reached',
      skipped: 'not run',
    },
    nothing: {
      passed: 'Nothing was recorded at this step.',
      refused: 'Nothing was recorded at this step.',
      'not-reached': 'The request was refused before this step.',
      skipped: 'Only the proof is verified here; the steps after it are not run.',
    },
    does: {
      receive: 'limits of head and body',
      pick: 'which gate',
      extract: 'the proof, out of the request',
      canonical: 'the message that the proof covers',
      compare: 'the proof against each key',
      fresh: 'the signed time',
      replay: 'whether it came before',
      validate: 'what the outcome requires',
      act: 'answer, forward or keep',
      respond: 'the answer to the sender',
    } as Readonly<Record<string, string>>,
  },
  tabs: {
    label: 'Parts of the request',
    body: 'Body',
    headers: (count: number) => `Headers (${count})`,
    deliveries: (count: number) => `Deliveries (${count})`,
    claim: 'Replays',
  },
  body: {
    form: 'Shown as',
    forms: { text: 'Text', json: 'JSON', hex: 'Hex' },
    bytes,
    noUtf8: 'It is not UTF-8: as text, invalid bytes are shown as �.',
    masked: 'The gate masks a part of it.',
    empty: 'The body is empty.',
    textLabel: 'The body as text',
    jsonLabel: 'The body as a JSON tree',
    hexLabel: 'The body in hexadecimal',
    jsonNote:
      'As a parser reads it: of repeated names only the last is shown, and long numbers lose digits. The text form shows the bytes.',
    showAll: (left: number) => `Show the remaining ${bytes(left)}`,
    missing: {
      erased: 'The event was erased: its body is gone.',
      hashed: 'The gate keeps only the SHA-256 of bodies.',
      'not-read': 'The body was not read: the request was refused because of its head.',
      'too-long': 'The body is longer than the gate keeps for refused requests.',
    },
  },
  headers: {
    label: 'Headers, as received',
    name: 'Name',
    value: 'Value',
    none: 'There are no headers.',
    withheld: { sealed: 'withheld (kept encrypted)', 'left-out': 'withheld (not kept)' },
  },
  deliveries: {
    label: 'Deliveries of this event',
    destination: 'Destination',
    state: 'State',
    attempts: 'Attempts',
    last: 'Last result',
    due: 'When',
    none: 'This event is not delivered anywhere: its gate has no destinations, or none of them matched.',
    resend: 'Deliver again',
    resendSure: (count: number) =>
      `The event is sent again to ${count === 1 ? 'its destination' : `its ${count} destinations`}, even where it has already been delivered. The receiver must be able to handle that.`,
    resent: (sent: readonly string[], unsent: readonly string[]) =>
      [
        sent.length > 0 ? `Being sent to ${sent.join(', ')}.` : '',
        unsent.length > 0 ? `Not sent to ${unsent.join(', ')}: an attempt is in progress there.` : '',
      ]
        .filter((text) => text !== '')
        .join(' '),
  },
  claim: {
    held: 'The gateway remembers this request: if the same one arrives again, it counts as a replay.',
    until: 'Remembered until',
    free: 'The gateway no longer remembers this request: if the same one arrives again, it counts as new.',
    release: 'Forget it',
    sure: 'If the same request arrives again, it counts as new: its action runs again. So does a captured copy, as long as its time is fresh.',
    released: 'Forgotten: the same request is accepted again.',
  },
  streamed: {
    text: 'Nothing more of this request is kept: this is what the live stream reported.',
    forbidden:
      'The request may be kept, including its proof: viewing it needs the role operator. This is what the live stream reported.',
  },
  unknown: {
    title: 'No such request',
    text: 'It is neither a kept event nor a kept refused request, and the live stream of this page did not report it.',
    mayNot: 'This request cannot be shown to you',
    forbidden:
      'No event with this id is kept. If it is a refused request, viewing it needs the role operator.',
    keep: 'A gate with keepRefused keeps what it refuses, so that you can see why:',
    keepConfig: 'gates:\n  github:\n    # …\n    keepRefused: true',
    keepLabel: 'A gate that keeps refused requests',
  },
} as const;
