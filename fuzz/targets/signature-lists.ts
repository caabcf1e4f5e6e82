/** Headers of several labelled signatures, against a reading written from the senders' documents. */
import { createHmac } from 'node:crypto';
import { createGate, type Gate, HeaderList, type SignedRequest, type Verdict } from '@countersign/core';
import { require, type Target, target } from '../target.ts';
import { textOf, verdictOf } from './gate-verdict.ts';

const NOW_MS = 1_760_000_000_000;
const SECONDS = '1760000000';
const BODY = '{"id":"evt_1"}';
const TOLERANCE_S = 300;
const MOST_SIGNATURES = 16;
/** As fuzz/small-limits.ts has it. */
const MOST_CHARS = 2000;

/** One sender's list. */
interface ListForm {
  readonly header: string;
  readonly separator: string;
  readonly assign: string;
  readonly others: readonly string[];
  /** Bytes of a signature as the sender writes them. */
  readonly write: (mac: Buffer) => string;
  /** The label of the time, where the list has it. */
  readonly time?: string;
  readonly sign: (time: string) => Buffer;
}

const STRIPE_SECRET = 'whsec_a_secret_for_tests';
const WEBHOOK_KEY = Buffer.from('a key of twenty-four byte');

/** Stands in an input for the right signature, which no search would find. */
const GOOD = '@';

export const stripeSignature = listTarget(
  {
    header: 'stripe-signature',
    separator: ',',
    assign: '=',
    others: [],
    time: 't',
    write: (mac) => mac.toString('hex'),
    sign: (time) => createHmac('sha256', STRIPE_SECRET).update(`${time}.${BODY}`, 'latin1').digest(),
  },
  createGate({ provider: 'stripe', keys: [STRIPE_SECRET], now: () => NOW_MS }),
);

export const webhookSignature = listTarget(
  {
    header: 'webhook-signature',
    separator: ' ',
    assign: ',',
    others: ['webhook-id', 'msg_1', 'webhook-timestamp', SECONDS],
    write: (mac) => mac.toString('base64'),
    sign: (time) => createHmac('sha256', WEBHOOK_KEY).update(`msg_1.${time}.${BODY}`, 'latin1').digest(),
  },
  createGate({
    provider: 'standard-webhooks',
    keys: [`whsec_${WEBHOOK_KEY.toString('base64')}`],
    now: () => NOW_MS,
  }),
);

function listTarget(form: ListForm, gate: Gate): Target {
  return target<Verdict>({
    about: 'accepted is what has a good v1 and, of Stripe, one t: as a plain reading of the documents finds',
    words: [
      `t=${SECONDS}`,
      'v1=',
      'v1,',
      'v0=',
      'v1a,',
      GOOD,
      `,v1=${GOOD}`,
      ` v1,${GOOD}`,
      `t=${SECONDS}.5`,
      ` ${SECONDS}`,
      '1759999699',
      '1760000301',
    ],
    read: (input) => verdictOf(gate, requestWith(form, headerOf(form, input))),
    judge(input, verdict) {
      const isGood = accepts(form, headerOf(form, input));
      require(verdict.ok === isGood, verdict.ok
        ? 'it is accepted against the documents'
        : `a good one is refused: ${verdict.reason}`);
    },
  });
}

function headerOf(form: ListForm, input: Uint8Array): string {
  const text = textOf(input);
  const time = form.time === undefined ? SECONDS : (/t=([^,]*)/.exec(text)?.[1] ?? SECONDS);
  return text.replaceAll(GOOD, form.write(form.sign(time)));
}

function requestWith({ header, others }: ListForm, value: string): SignedRequest {
  return {
    method: 'POST',
    url: '/hook',
    headers: new HeaderList(['host', 'a.example', ...others, header, value]),
    body: Buffer.from(BODY),
  };
}

/** Splits and compares texts; nothing is decoded. */
function accepts(form: ListForm, value: string): boolean {
  const isSpaced = form.separator !== ' ';
  const trimmed = (text: string): string => (isSpaced ? text.replace(/^[ \t]+|[ \t]+$/g, '') : text);
  const items = value.split(form.separator).flatMap((item) => {
    const at = item.indexOf(form.assign);
    return at < 0
      ? []
      : [[trimmed(item.slice(0, at)), trimmed(item.slice(at + form.assign.length))] as const];
  });
  const times =
    form.time === undefined
      ? [SECONDS]
      : items.filter(([label]) => label === form.time).map(([, time]) => time);
  const signatures = items.filter(([label]) => label === 'v1').map(([, signature]) => signature);
  const all = items.filter(
    ([label]) => label === 'v1' || (form.time === undefined && label === 'v1a'),
  ).length;
  const [time = ''] = times;
  if (times.length !== 1 || value.length > MOST_CHARS || all > MOST_SIGNATURES) return false;
  if (!/^\d{1,15}(?:\.\d+)?$/.test(time)) return false;
  const age = NOW_MS / 1000 - Math.floor(Number(time) * 1000) / 1000;
  return signatures.includes(form.write(form.sign(time))) && age <= TOLERANCE_S && age >= -TOLERANCE_S;
}
