/** The pages of deliveries. */
const whole = (count: number): string => count.toLocaleString('en');
const deliveries = (count: number): string => `${whole(count)} ${count === 1 ? 'delivery' : 'deliveries'}`;
const bytes = (count: number): string => `${whole(count)} B`;

export const DELIVERIES = {
  title: 'Deliveries',
  lead: 'Events being delivered to your services: what is waiting, what has failed for good, and every attempt.',
  list: 'Deliveries, newest first',
  states: {
    waiting: 'waiting',
    behind: 'behind another',
    delivered: 'delivered',
    dead: 'dead letter',
    cancelled: 'cancelled',
    muted: 'muted',
  },
  stateTexts: {
    waiting: 'It is waiting for its next attempt.',
    behind: 'It is waiting for an earlier event with the same order key.',
    delivered: 'The destination accepted it.',
    dead: 'A dead letter: it is not retried. Redrive it once the cause is fixed.',
    cancelled: 'It was cancelled, and is not retried.',
    muted: 'Its destination was muted when the event arrived: it was recorded, but not sent.',
  },
  held: {
    paused: 'the destination is paused',
    disabled: 'the destination is disabled',
    'not-configured': 'the destination is no longer configured',
    'circuit-open': 'the circuit is open: one attempt at a time tests whether it works again',
    throttled: 'the destination asked for fewer events',
    'rate-limited': 'its rate limit is reached',
    'no-gateway': 'no gateway is delivering at the moment',
  } as Readonly<Record<string, string>>,
  heldShort: {
    paused: 'paused',
    disabled: 'disabled',
    'not-configured': 'not configured',
    'circuit-open': 'circuit open',
    throttled: 'throttled',
    'rate-limited': 'rate limit',
    'no-gateway': 'no gateway',
  } as Readonly<Record<string, string>>,
  queue: {
    title: 'Queues',
    label: 'Deliveries of each destination by state',
    destination: 'Destination',
    health: 'Health',
    waiting: 'Waiting',
    behind: 'Behind',
    dead: 'Dead',
    oldest: 'Next due',
    none: '–',
    show: (state: string, destination: string, count: number) =>
      `Show ${whole(count)} of the state ${state} for ${destination}`,
  },
  filter: {
    label: 'Filter',
    event: 'Event',
    eventPlaceholder: 'Id of an event; Enter filters',
    destination: 'Destination',
    allDestinations: 'All destinations',
    state: 'State',
    allStates: 'All states',
    gate: 'Gate',
    allGates: 'All gates',
    code: 'Result',
    allCodes: 'All results',
    since: 'Queued since',
    until: 'Queued before',
    clear: 'Clear filters',
  },
  count: (count: number, isAll: boolean) => `${deliveries(count)}${isAll ? '' : ' so far'}`,
  attempts: (count: number) => (count === 0 ? 'not tried yet' : `${whole(count)}×`),
  attemptsLabel: (count: number) => `${whole(count)} ${count === 1 ? 'attempt' : 'attempts'}`,
  nextAt: 'next',
  empty: {
    title: 'No deliveries yet',
    noMatch: 'No delivery matches',
    text: 'A gate with keep and deliver stores each event that it accepts, and sends it to its destinations:',
    config:
      'gates:\n  github:\n    # …\n    keep:\n      deliver:\n        - { name: shop, to: http://127.0.0.1:9000/github }',
    configLabel: 'A gate that delivers',
    noneOfFilter: 'No delivery matches all the filters. Clear some of them.',
  },
  many: {
    redrive: 'Redrive …',
    cancel: 'Cancel …',
    titles: { redrive: 'Redrive deliveries', cancel: 'Cancel deliveries' },
    of: 'Which',
    all: 'all destinations, gates and times',
    deadByDefault: 'dead letters',
    unfinished: 'not delivered yet',
    counting: (count: number) => `Counting … ${whole(count)} so far`,
    none: {
      redrive: 'None of them can be redriven.',
      cancel: 'None of them can be cancelled.',
    },
    sure: {
      redrive: (count: number) =>
        `${deliveries(count)} will be sent again now, with a full set of retries. The receiver must recognise those that it has already received.`,
      cancel: (count: number) =>
        `${deliveries(count)} will not be tried any more. The events are kept, and can be redriven.`,
    },
    again: 'They have already been delivered: the receiver gets each of them again.',
    withoutBody: (count: number) =>
      `${deliveries(count)} ${count === 1 ? 'is' : 'are'} left out: the bodies of their events are no longer kept.`,
    run: {
      redrive: (count: number) => `Redrive ${whole(count)}`,
      cancel: (count: number) => `Cancel ${whole(count)}`,
    },
    progress: (done: number, all: number) => `${whole(done)} of ${whole(all)}`,
    progressLabel: 'Deliveries changed',
    stop: 'Stop after this batch',
    stopping: 'Stopping …',
    done: {
      redrive: (count: number) => `${deliveries(count)} redriven.`,
      cancel: (count: number) => `${deliveries(count)} cancelled.`,
    },
    stopped: {
      redrive: (count: number, all: number) =>
        `Stopped: ${whole(count)} of ${deliveries(all)} redriven. The rest is unchanged.`,
      cancel: (count: number, all: number) =>
        `Stopped: ${whole(count)} of ${deliveries(all)} cancelled. The rest is unchanged.`,
    },
    failedAfter: (count: number) => `Before that, ${deliveries(count)} had been changed.`,
  },
  detail: {
    title: (destination: string) => `Delivery to ${destination}`,
    back: 'Deliveries',
    facts: {
      event: 'Event',
      destination: 'Destination',
      gate: 'Gate',
      began: 'This round started',
      attempts: 'Attempts',
      key: 'Order key',
      result: 'Last result',
    },
    next: 'Next attempt',
    inSeconds: (text: string) => `in ${text}`,
    now: 'due now',
    heldBy: (why: string) => `on hold: ${why}`,
    blocks:
      'Events with the same order key are waiting for this one. Redrive it, or skip it so that the next can be sent.',
    timeline: {
      title: 'Attempts',
      label: 'Attempts, latest first',
      none: 'No attempt has been made yet.',
      earlier: (count: number) =>
        `${whole(count)} earlier ${count === 1 ? 'attempt is' : 'attempts are'} not shown.`,
      number: (number: number) => `Attempt ${number}`,
      status: (status: number) => `answered ${status}`,
      exit: (code: number) => `exit code ${code}`,
      took: (ms: number) =>
        ms < 1000
          ? `${Math.round(ms)} ms`
          : `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`,
      answer: 'The beginning of its answer',
      noAnswer: 'The answer had no body, or there was none.',
      binary: 'The beginning of the answer is not text; in hexadecimal:',
    },
    sent: {
      title: 'What is sent',
      text: 'Each attempt sends the event as the destination’s filter, transformation and signature make it. This is how it would be sent now, without credentials.',
      show: 'Show what is sent',
      audited: 'Viewing it is recorded in the audit log.',
    },
    actions: {
      redrive: 'Redrive',
      redriveNow: 'Try now',
      redriveSure: (destination: string) =>
        `The event is sent to ${destination} now, with a full set of retries.`,
      again: 'Send again',
      againSure: (destination: string) =>
        `${destination} has already received this event, and gets it again.`,
      cancel: 'Cancel',
      cancelSure: 'No further attempt is made. It can be redriven later.',
      skip: 'Skip',
      skipSure:
        'This event is abandoned, and the next one with its order key is sent. The destination misses one event in the order.',
      other: 'Send to another destination …',
      otherTitle: 'Send the event to another destination',
      otherText: 'It is sent whether or not the event passes the destination’s filter.',
      otherTo: 'Destination',
      send: 'Send',
      none: 'There is no other destination.',
      done: {
        redrive: 'Redriven.',
        cancel: 'Cancelled.',
        skip: 'Skipped: the next one with its order key is sent.',
        nothing: 'Nothing changed: the delivery’s state has changed in the meantime.',
      },
      sentTo: (names: readonly string[]) => `Being sent to ${names.join(', ')}.`,
      unsent: (names: readonly string[]) =>
        `Not sent to ${names.join(', ')}: an attempt is in progress there.`,
    },
  },
  preview: {
    of: 'What is sent',
    kinds: {
      message: 'would be sent',
      skipped: 'left out by the transformation',
      unmatched: 'left out by the filter',
      failed: 'would fail',
    },
    texts: {
      message: '',
      skipped: 'The transformation returned “skip” for this event: it is not sent.',
      unmatched: 'The destination’s when does not match this event: it is not sent.',
      failed: '',
    },
    masked:
      'The gate masks a part of the event: what is really sent contains the values, and has another signature.',
    target: 'To',
    subject: 'Subject',
    arguments: 'Arguments',
    headers: 'Headers',
    variables: 'Environment variables',
    body: 'Body',
    bodies: {
      command: 'Standard input',
      file: 'Line',
      action: 'Input',
    } as Readonly<Record<string, string>>,
  },
  bytes,
} as const;
