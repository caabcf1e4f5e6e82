/** Senders that sign fields, members or the address, and clients of AWS: each as its documentation describes it. */
import { createHash, createHmac, sign } from 'node:crypto';
import { pick, timeOf, uuidOf, word } from '../base/draw.ts';
import { jsonBody } from '../base/json-bodies.ts';
import { versionOf } from '../base/versions.ts';
import type { Draft, Options, Sender, Wire } from '../base/wire.ts';
import { wireFrom } from './body-senders.ts';
import { pemOf, rsaPair } from './key-pairs.ts';
import { secretBytes, secretOf } from './profile.ts';
import { ACCESS_KEY, SIGV4_SECRET, sigv4Wire } from './sigv4-wire.ts';

interface Described {
  readonly name: string;
  readonly options?: Options;
  readonly secret?: string;
  readonly keyId?: string;
  readonly covers: Sender['covers'];
  readonly method?: string;
  readonly urls?: readonly string[];
  readonly contentType?: string;
  /** What is signed and sent. */
  write(draft: Draft, secret: string): Wire;
}

const FORM = 'application/x-www-form-urlencoded';

function sender({ name, options, secret = secretOf(name), keyId, covers, write, ...own }: Described): Sender {
  const {
    method = 'POST',
    urls = ['https://hooks.acme.example/in/hooks'],
    contentType = 'application/json',
  } = own;
  return {
    name,
    choice: { provider: name, ...(options && { options }) },
    keys: [{ secret, ...(keyId !== undefined && { id: keyId }) }],
    kinds: ['json'],
    signsBytes: false,
    covers,
    signedBy: versionOf('node'),
    draft: (label) => ({
      method,
      url: pick(`${name}/${label}/url`, urls),
      contentType,
      body: method === 'GET' ? Buffer.alloc(0) : jsonBody(`${name}/${label}`),
      at: timeOf(`${name}/${label}`),
      id: uuidOf(`${name}/${label}`),
    }),
    sign: async (draft) => write(draft, secret),
  };
}

const mac = (hash: string, key: string | Buffer, text: string | Buffer) => createHmac(hash, key).update(text);
const json = (draft: Draft, value: unknown): Draft => ({
  ...draft,
  body: Buffer.from(JSON.stringify(value)),
});
const form = (draft: Draft, fields: Record<string, string>): Draft => ({
  ...draft,
  body: Buffer.from(new URLSearchParams(fields).toString()),
});
const NOTHING = { body: false, url: false };

const AGENT = 'webhook-sender/2.0';

export const mailgun = sender({
  name: 'mailgun',
  covers: NOTHING,
  write(draft, secret) {
    const [timestamp, token] = [String(draft.at / 1000), word(draft.id, 50)];
    const signature = mac('sha256', secret, timestamp + token).digest('hex');
    return wireFrom(
      json(draft, {
        signature: { token, timestamp, signature },
        'event-data': { event: 'opened', recipient: 'zoë@acme.example' },
      }),
      AGENT,
    );
  },
});

export const smileId = sender({
  name: 'smile-id',
  options: { partnerId: '2301' },
  covers: NOTHING,
  write(draft, secret) {
    const timestamp = new Date(draft.at).toISOString();
    const signature = mac('sha256', secret, `${timestamp}2301sid_request`).digest('base64');
    return wireFrom(json(draft, { timestamp, signature, ResultCode: '1012', SmileJobID: draft.id }), AGENT);
  },
});

export const dropboxSign = sender({
  name: 'dropbox-sign',
  covers: NOTHING,
  contentType: FORM,
  write(draft, secret) {
    const [time, type] = [
      String(draft.at / 1000),
      pick(draft.id, ['signature_request_signed', 'signature_request_viewed']),
    ];
    const hash = mac('sha256', secret, time + type).digest('hex');
    const event = {
      event: { event_type: type, event_time: time, event_hash: hash },
      signature_request: { title: 'Café' },
    };
    return wireFrom(form(draft, { json: JSON.stringify(event) }), AGENT);
  },
});

const BRAINTREE_PUBLIC = secretOf('braintree public', 16);
export const braintree = sender({
  name: 'braintree',
  options: { publicKey: BRAINTREE_PUBLIC },
  covers: NOTHING,
  contentType: FORM,
  write(draft, secret) {
    const payload = `${Buffer.from(`<notification><timestamp>${new Date(draft.at).toISOString()}</timestamp></notification>`).toString('base64')}\n`;
    const key = createHash('sha1').update(secret).digest();
    const signature = `${BRAINTREE_PUBLIC}|${mac('sha1', key, payload).digest('hex')}`;
    return wireFrom(form(draft, { bt_signature: signature, bt_payload: payload }), AGENT);
  },
});

const ADYEN_KEY = secretBytes('adyen standard').toString('hex').toUpperCase();
export const adyen = sender({
  name: 'adyen',
  secret: ADYEN_KEY,
  covers: NOTHING,
  write(draft) {
    const item = {
      pspReference: word(draft.id, 16).toUpperCase(),
      merchantAccountCode: 'AcmePOS',
      merchantReference: `order-${draft.id.slice(0, 6)}`,
      amount: { value: 1250, currency: 'EUR' },
      eventCode: 'AUTHORISATION',
      success: 'true',
    };
    const text = [
      item.pspReference,
      '',
      item.merchantAccountCode,
      item.merchantReference,
      1250,
      'EUR',
      item.eventCode,
      item.success,
    ].join(':');
    const hmacSignature = mac('sha256', Buffer.from(ADYEN_KEY, 'hex'), text).digest('base64');
    const signed = { ...item, additionalData: { hmacSignature }, reason: 'Zoë' };
    return wireFrom(
      json(draft, { live: 'false', notificationItems: [{ NotificationRequestItem: signed }] }),
      AGENT,
    );
  },
});

const PLIVO_URLS = [
  'https://voice.acme.example/plivo/answer',
  'https://voice.acme.example/plivo/hangup?step=2&lang=de',
];
export const plivo = sender({
  name: 'plivo-v3',
  covers: { body: true, url: true },
  urls: PLIVO_URLS,
  contentType: FORM,
  write(draft, secret) {
    const fields: Record<string, string> = {
      CallUUID: draft.id,
      Direction: 'inbound',
      From: '15550100',
      To: '15550199',
      CallStatus: 'ringing',
    };
    const url = new URL(draft.url);
    const query = [...url.searchParams]
      .sort()
      .map(([name, value]) => `${name}=${value}`)
      .join('&');
    const sorted = Object.keys(fields)
      .sort()
      .map((name) => `${name}${fields[name]}`)
      .join('');
    const text = `${url.origin}${url.pathname}?${query}${query === '' ? '' : '.'}${sorted}`;
    const nonce = word(`${draft.id}/nonce`, 20);
    return wireFrom(form(draft, fields), 'plivo', [
      ['X-Plivo-Signature-V3-Nonce', nonce],
      ['X-Plivo-Signature-V3', mac('sha256', secret, `${text}.${nonce}`).digest('base64')],
    ]);
  },
});

export const mercadopago = sender({
  name: 'mercadopago',
  covers: { body: false, url: true },
  urls: [
    'https://shop.acme.example/mp?data.id=123456789&type=payment',
    'https://shop.acme.example/mp?data.id=ORD01JQ&type=order',
  ],
  write(draft, secret) {
    const ts = String(draft.at / 1000);
    const id = new URL(draft.url).searchParams.get('data.id')?.toLowerCase();
    const signature = mac('sha256', secret, `id:${id};request-id:${draft.id};ts:${ts};`).digest('hex');
    return wireFrom(draft, 'MercadoPago WebHook v1.0 payment', [
      ['X-Request-Id', draft.id],
      ['X-Signature', `ts=${ts},v1=${signature}`],
    ]);
  },
});

const shopifyAdmin = sender({
  name: 'shopify-admin-query',
  covers: { body: false, url: true },
  method: 'GET',
  write(draft, secret) {
    const query = new URLSearchParams({
      code: word(draft.id, 20),
      host: Buffer.from(`admin.shopify.example/store/${draft.id.slice(0, 5)}`).toString('base64'),
      shop: 'acme.myshopify.example',
      state: word(`${draft.id}/state`, 10),
      timestamp: String(draft.at / 1000),
    });
    const hmac = mac('sha256', secret, query.toString()).digest('hex');
    return wireFrom(
      { ...draft, url: `https://app.acme.example/auth?hmac=${hmac}&${query}` },
      'Mozilla/5.0 (X11)',
    );
  },
});

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:orders';
const snsPair = rsaPair('sender');
export const sns = sender({
  name: 'aws-sns',
  options: { topics: [TOPIC] },
  secret: pemOf(snsPair.publicKey),
  covers: NOTHING,
  contentType: 'text/plain; charset=UTF-8',
  write(draft) {
    const members = {
      Type: 'Notification',
      MessageId: draft.id,
      TopicArn: TOPIC,
      Message: `{"order":"${draft.id.slice(0, 6)}","name":"Zoë"}`,
      Timestamp: new Date(draft.at).toISOString(),
    };
    const names = ['Message', 'MessageId', 'Timestamp', 'TopicArn', 'Type'] as const;
    const text = names.map((name) => `${name}\n${members[name]}\n`).join('');
    const signature = sign('sha256', Buffer.from(text), snsPair.privateKey).toString('base64');
    return wireFrom(
      json(draft, {
        ...members,
        SignatureVersion: '2',
        Signature: signature,
        SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
      }),
      'Amazon Simple Notification Service Agent',
      [['x-amz-sns-message-type', 'Notification']],
    );
  },
});

export const sigv4 = sender({
  name: 'aws-sigv4',
  options: { region: 'us-east-1', service: 'execute-api' },
  secret: SIGV4_SECRET,
  keyId: ACCESS_KEY,
  covers: { body: true, url: true },
  urls: ['https://api.acme.example/prod/orders', 'https://api.acme.example/prod/orders?expand=items&page=2'],
  write: (draft) => sigv4Wire(draft),
});

export const CATALOGUE_BODIES: readonly Sender[] = [
  adyen,
  sigv4,
  sns,
  braintree,
  dropboxSign,
  mailgun,
  mercadopago,
  plivo,
  shopifyAdmin,
  smileId,
];
