/** What is compared for each format: the hand-written floor, this engine, and the platform's own library. */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createGate, HeaderList } from '@countersign/core';
import { verify as verifyOctokit } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import { type Format, type Sample, SECRET, WHSEC } from './samples.ts';

/** Judges one sample: true for accepted. */
export interface Judge {
  readonly name: string;
  accepts(sample: Sample): boolean | Promise<boolean>;
}

export const OURS = 'countersign';

const TOLERANCE_S = 300;
const key = createSecretKey(Buffer.from(SECRET));

/** The base first, then this engine, then the peers. */
export function judgesOf(format: Format): readonly Judge[] {
  return [FLOORS[format], ours(format), ...PEERS[format]];
}

/** This engine, from what a node:http listener has: raw headers and the body's bytes. */
export function ours(format: Format): Judge {
  const gate = createGate({
    provider: format,
    keys: [{ secret: format === 'standard-webhooks' ? WHSEC : SECRET }],
  });
  return {
    name: OURS,
    accepts({ url, rawHeaders, body }) {
      const verdict = gate.verify({ method: 'POST', url, headers: HeaderList.fromRaw(rawHeaders), body });
      // A long body that is parsed, for its id or its signature, is parsed in slices.
      return verdict instanceof Promise ? verdict.then(({ ok }) => ok) : verdict.ok;
    },
  };
}

function isFresh(seconds: string): boolean {
  return Math.abs(Date.now() / 1000 - Number(seconds)) <= TOLERANCE_S;
}

/** What a careful person writes by hand: a cached KeyObject, the bytes as received, a comparison in constant time. */
const FLOORS: Readonly<Record<Format, Judge>> = {
  github: {
    name: 'by hand',
    accepts({ headers, body }) {
      const header = headers['x-hub-signature-256'];
      if (!header?.startsWith('sha256=')) return false;
      return equal(Buffer.from(header.slice(7), 'hex'), createHmac('sha256', key).update(body).digest());
    },
  },
  stripe: {
    name: 'by hand',
    accepts({ headers, body }) {
      let time = '';
      let signature = '';
      for (const item of (headers['stripe-signature'] ?? '').split(',')) {
        if (item.startsWith('t=')) time = item.slice(2);
        else if (item.startsWith('v1=')) signature = item.slice(3);
      }
      const expected = createHmac('sha256', key).update(`${time}.`).update(body).digest();
      return equal(Buffer.from(signature, 'hex'), expected) && isFresh(time);
    },
  },
  slack: {
    name: 'by hand',
    accepts({ headers, body }) {
      const time = headers['x-slack-request-timestamp'];
      const signature = headers['x-slack-signature'];
      if (time === undefined || !signature?.startsWith('v0=')) return false;
      const expected = createHmac('sha256', key).update(`v0:${time}:`).update(body).digest();
      return equal(Buffer.from(signature.slice(3), 'hex'), expected) && isFresh(time);
    },
  },
  'standard-webhooks': {
    name: 'by hand',
    accepts({ headers, body }) {
      const id = headers['webhook-id'];
      const time = headers['webhook-timestamp'];
      const signatures = headers['webhook-signature'];
      if (id === undefined || time === undefined || signatures === undefined) return false;
      const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
      for (const item of signatures.split(' ')) {
        if (item.startsWith('v1,') && equal(Buffer.from(item.slice(3), 'base64'), expected))
          return isFresh(time);
      }
      return false;
    },
  },
  hmac: {
    name: 'by hand',
    accepts({ headers, body }) {
      const time = headers['x-timestamp'];
      const signature = headers['x-signature'];
      if (time === undefined || signature === undefined) return false;
      const expected = createHmac('sha256', key).update(`${time}.`).update(body).digest();
      return equal(Buffer.from(signature, 'hex'), expected) && isFresh(time);
    },
  },
  // Parses, because the signature is inside; signs what is printed again, as the platform's example does.
  flowent: {
    name: 'by hand',
    accepts({ body }) {
      const { signature, ...payload } = JSON.parse(body.toString()) as {
        signature: string;
        timestamp: number;
      };
      const expected = createHmac('sha256', key).update(JSON.stringify(payload)).digest();
      return equal(Buffer.from(signature ?? '', 'hex'), expected) && isFresh(String(payload.timestamp));
    },
  },
};

function equal(received: Buffer, expected: Buffer): boolean {
  return received.length === expected.length && timingSafeEqual(received, expected);
}

const stripe = new Stripe('sk_test_unused');
const standard = new StandardWebhook(WHSEC);
const svix = new SvixWebhook(WHSEC);

/** Each on its own format, without the parsing of the body where it can be had without. */
const PEERS: Readonly<Record<Format, readonly Judge[]>> = {
  github: [
    {
      name: '@octokit/webhooks-methods',
      accepts: ({ headers, text }) => verifyOctokit(SECRET, text, headers['x-hub-signature-256'] ?? ''),
    },
  ],
  stripe: [
    {
      name: 'stripe',
      accepts: ({ headers, text }) =>
        stripe.webhooks.signature?.verifyHeader(
          text,
          headers['stripe-signature'] ?? '',
          SECRET,
          TOLERANCE_S,
        ) === true,
    },
  ],
  'standard-webhooks': [
    {
      name: 'standardwebhooks',
      accepts({ headers, text }) {
        standard.verify(text, headers, { jsonParse: false });
        return true;
      },
    },
    {
      name: 'svix',
      accepts({ headers, text }) {
        svix.verify(text, headers);
        return true;
      },
    },
  ],
  slack: [],
  hmac: [],
  flowent: [],
};
