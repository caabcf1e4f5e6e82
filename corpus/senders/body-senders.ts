/** Senders whose signature sits in the body, or is over a form's fields: Flowent, Flow Production Tracking, Twilio. */
import { createHmac } from 'node:crypto';
import twilio from 'twilio';
import { bodyOf } from '../base/bodies.ts';
import { draw, pick, timeOf, uuidOf, word } from '../base/draw.ts';
import { flowentBody } from '../base/json-bodies.ts';
import { versionOf } from '../base/versions.ts';
import type { Draft, Sender, Wire } from '../base/wire.ts';
import { secretOf } from './profile.ts';

export function wireFrom(
  { method, url, contentType, body }: Draft,
  agent: string,
  headers: Wire['headers'] = [],
): Wire {
  const kind: Wire['headers'] =
    body.length > 0
      ? [
          ['Content-Type', contentType],
          ['Content-Length', String(body.length)],
        ]
      : [];
  return {
    method,
    url,
    headers: [['Host', new URL(url).host], ['User-Agent', agent], ['Accept', '*/*'], ...kind, ...headers],
    body,
  };
}

export const FLOWENT_KEY = secretOf('flowent', 40);

/** A Flowent call from the bytes that are signed: the signature is put in as the last member. */
export function flowentWire(draft: Draft, signature: string): Wire {
  const text = draft.body.toString();
  const at = text.lastIndexOf('}');
  const body = Buffer.from(`${text.slice(0, at)},"signature":"${signature}"${text.slice(at)}`);
  return wireFrom({ ...draft, body }, 'Flowent/1.0');
}

export const hexMac = (hash: string, key: string | Buffer, message: Buffer | string): string =>
  createHmac(hash, key).update(message).digest('hex');

export const flowent: Sender = {
  name: 'flowent',
  choice: { provider: 'flowent' },
  keys: [{ secret: FLOWENT_KEY }],
  kinds: ['json'],
  signsBytes: false,
  covers: { body: true, url: false },
  signedBy: versionOf('node'),
  draft: (label) => {
    const at = timeOf(`flowent/${label}`);
    return {
      method: 'POST',
      url: 'https://actions.acme.example/actions/send_email',
      contentType: 'application/json',
      body: flowentBody(`flowent/${label}`, at / 1000),
      at,
      id: uuidOf(label),
    };
  },
  sign: async (draft) => flowentWire(draft, hexMac('sha256', FLOWENT_KEY, draft.body)),
};

export const AMI_TOKEN = secretOf('action menu item', 28);
const TITLES = ['Shots / Épisode 1', 'Assets & Props', 'Versions (latest)', 'Aufträge – März'];

/** Fields of a pick, without its signature. */
export function amiFields(label: string, at: number): readonly (readonly [string, string])[] {
  return [
    ['user_id', String(20 + draw(label, 900))],
    ['user_login', pick(label, ['zoë', 'jose.garcia', 'anna+ops'])],
    ['entity_type', pick(`${label}/type`, ['Shot', 'Version', 'Asset'])],
    ['selected_ids', '101,102,103'],
    ['ids', '101,102,103,104'],
    ['title', pick(`${label}/title`, TITLES)],
    ['page_id', '4711'],
    ['server_hostname', 'studio.shotgrid.example'],
    ['referrer_path', '/page/4711?a=1&b=2'],
    ['session_uuid', uuidOf(label)],
    ['cols', 'code,sg_status_list'],
    ['column_display_names', 'Shot Code,Status'],
    ['sort_column', 'code'],
    ['grouping_column', ''],
    ['project_name', 'Café – Film'],
    ['project_id', '70'],
    ['timestamp', new Date(at).toISOString().replace('.000Z', 'Z')],
  ];
}

export const amiLines = (fields: readonly (readonly [string, string])[]): readonly string[] =>
  fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}\r\n`)
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

export function amiWire(
  draft: Draft,
  fields: readonly (readonly [string, string])[],
  signature: string,
): Wire {
  const body = Buffer.from(
    new URLSearchParams(
      [...fields, ['signature', signature]].map(([name = '', value = '']): [string, string] => [name, value]),
    ).toString(),
  );
  return wireFrom({ ...draft, body }, 'Mozilla/5.0 (X11; Linux x86_64)', [
    ['Origin', 'https://studio.shotgrid.example'],
  ]);
}

export const ami: Sender = {
  name: 'flow-production-tracking',
  choice: { provider: 'flow-production-tracking' },
  keys: [{ secret: AMI_TOKEN }],
  kinds: ['form'],
  signsBytes: false,
  covers: { body: true, url: false },
  signedBy: versionOf('node'),
  draft: (label) => ({
    method: 'POST',
    url: 'https://tools.studio.example/ami/show_selection',
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(label),
    at: timeOf(`ami/${label}`),
    id: label,
  }),
  sign: async (draft) => {
    const fields = amiFields(draft.id, draft.at);
    return amiWire(draft, fields, hexMac('sha1', AMI_TOKEN, amiLines(fields).join('')));
  },
};

export const TWILIO_TOKEN = secretOf('twilio', 32).toLowerCase();
const TWILIO_URLS = [
  'https://sms.acme.example/twilio/sms',
  'https://sms.acme.example/twilio/voice?lang=de&step=2',
  'https://sms.acme.example/twilio/status?name=Zo%C3%AB%20M',
];

export function twilioWire(draft: Draft, signature: string): Wire {
  return wireFrom(draft, 'TwilioProxy/1.1', [
    ['I-Twilio-Idempotency-Token', uuidOf(draft.id)],
    ['X-Twilio-Signature', signature],
  ]);
}

export function twilioParameters(body: Buffer): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

export const twilioSender: Sender = {
  name: 'twilio',
  choice: { provider: 'twilio' },
  keys: [{ secret: TWILIO_TOKEN }],
  kinds: ['form'],
  signsBytes: false,
  covers: { body: true, url: true },
  signedBy: versionOf('twilio'),
  draft: (label) => ({
    method: 'POST',
    url: pick(`twilio/${label}/url`, TWILIO_URLS),
    contentType: 'application/x-www-form-urlencoded',
    body: Buffer.from(
      new URLSearchParams([
        ['MessageSid', `SM${word(label, 20)}`],
        ['From', '+15550100'],
        ['To', '+15550199'],
        ['Body', pick(label, ['Ja, 10 % – bis später! ☕', 'a+b = c & d', 'STOP'])],
        ['NumMedia', '0'],
        ['FromCity', ''],
        ['ApiVersion', '2010-04-01'],
      ]).toString(),
    ),
    at: timeOf(`twilio/${label}`),
    id: label,
  }),
  sign: async (draft) =>
    twilioWire(
      draft,
      twilio.getExpectedTwilioSignature(TWILIO_TOKEN, draft.url, twilioParameters(draft.body)),
    ),
};

/** Twilio with a body of JSON: its digest stands in the URL. */
export const twilioJson: Sender = {
  ...twilioSender,
  name: 'twilio-json',
  kinds: ['json'],
  draft: (label) => {
    const { body } = bodyOf(`twilio/${label}`, 'json');
    return {
      method: 'POST',
      url: twilio
        .getExpectedBodyHash(body.toString())
        .replace(/^/, 'https://sms.acme.example/twilio/events?bodySHA256='),
      contentType: 'application/json',
      body,
      at: timeOf(`twilio/${label}`),
      id: label,
    };
  },
  sign: async (draft) => {
    const url = `https://sms.acme.example/twilio/events?bodySHA256=${twilio.getExpectedBodyHash(draft.body.toString())}`;
    return twilioWire({ ...draft, url }, twilio.getExpectedTwilioSignature(TWILIO_TOKEN, url, {}));
  },
};
