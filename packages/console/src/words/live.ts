/** The page of requests as they come. */
import { plainText } from '../ui/visible-text.ts';

export const LIVE = {
  title: 'Live',
  lead: 'Requests as they arrive, what happened to each, and why.',
  list: 'Requests and deliveries, newest first',
  latest: {
    label: 'The latest refused request',
    title: 'Refused',
    open: 'See why',
    mend: 'What to do',
    certainty: {
      proved: 'proved cause',
      likely: 'likely cause',
      possible: 'possible cause',
    },
  },
  verdicts: {
    accepted: 'accepted',
    refused: 'refused',
    handshake: 'handshake',
    unsigned: 'unsigned',
  },
  attempt: {
    delivered: 'delivered',
    waiting: 'will retry',
    dead: 'dead letter',
    cancelled: 'cancelled',
    to: (destination: string, attempt: number) => `→ ${destination}, attempt ${attempt}`,
  },
  noGate: 'no gate',
  key: (id: string) => `key ${id}`,
  repeat: 'repeat, acknowledged',
  ms: (value: number) => `${value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })} ms`,
  perSecond: (value: number) => `${value.toLocaleString('en', { maximumFractionDigits: 1 })}/s`,
  lost: (count: number | undefined) =>
    count === undefined
      ? 'Some items (requests, causes, delivery attempts, issues) were missed here: the connection was lost for longer than the gateway remembers.'
      : `${count.toLocaleString('en')} ${count === 1 ? 'item (a request, a cause, a delivery attempt or an issue) was' : 'items (requests, causes, delivery attempts, issues) were'} missed here: they arrived faster than they could be read, or while the connection was lost.`,
  connection: {
    connecting: 'Connecting …',
    open: 'Live',
    broken: (seconds: number) => `Connection lost; reconnecting within ${seconds} s`,
    loggedOut:
      'Your session has ended: it expired, or the gateway was restarted. Requests since then are not in this list.',
    logInAgain: 'Log in again',
    paused: 'Paused',
  },
  pause: 'Pause',
  resume: 'Resume',
  missed: (count: number) => `${count.toLocaleString('en')} new`,
  showNew: (count: number) => `Show ${count.toLocaleString('en')} new`,
  charts: {
    title: 'Rates and latencies',
    of: (gate: string | undefined) => (gate === undefined ? 'all gates' : plainText(gate)),
    rate: 'Requests per second',
    latency: 'Time in the gateway',
    accepted: 'accepted',
    refused: 'refused',
    p50: 'p50',
    p99: 'p99',
    none: 'none',
    span: 'the last five minutes',
    loading: 'Loading the chart …',
    label: (title: string, values: string) => `${title}, the last five minutes. Now: ${values}.`,
  },
  filter: {
    gates: 'Gates',
    all: 'All gates',
    counts: (accepted: number, refused: number) => `${accepted} accepted, ${refused} refused`,
    verdict: 'Show',
    text: 'Filter',
    placeholder: 'Path, reason, id, key, cause …',
    kinds: {
      '': 'Everything',
      refused: 'Refused',
      accepted: 'Accepted',
      handshake: 'Handshakes',
      unsigned: 'Unsigned',
      delivery: 'Deliveries',
      failed: 'Failed deliveries',
    },
    clear: 'Clear the filters',
  },
  noMatch: {
    title: 'Nothing matches',
    text: (count: number) =>
      `${count.toLocaleString('en')} ${count === 1 ? 'row is' : 'rows are'} hidden by the filters.`,
  },
  empty: {
    title: 'No requests yet',
    since: 'No requests since you opened this page',
    text: 'Send one to a gate, and it appears here, with the reason if it is refused:',
    noGate: 'The configuration has no gate yet: the page Gates says how to add one.',
    commandLabel: 'A command that sends a request',
    signed: 'A command that sends a signed one',
  },
} as const;
