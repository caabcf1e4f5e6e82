/**
 * What each sender of docs/catalogue.md sends, by its own documentation or package: made here by node:crypto alone, never by what is
 * tested with it.
 */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** The receiver's clock, in milliseconds: a whole second. */
export const NOW = 1_760_000_000_000;

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SenderKey {
  readonly secret: string;
  readonly id?: string;
  readonly encoding?: 'utf8' | 'base64' | 'hex' | 'pem';
}

export interface Sender {
  /** What the receiver holds; for a sender whose keys are at an address, what is there. */
  readonly key: SenderKey;
  /** A key of the same kind that the sender does not have. */
  readonly otherKey: SenderKey;
  /** What the sender itself holds, where that is another: undefined of keys at an address, whose own gate signs nothing. */
  readonly privateKey?: SenderKey;
  readonly request: SentRequest;
  /** What this project's own `sign` is given beside method, URL and body. */
  readonly draft?: {
    readonly url?: string;
    readonly nonce?: string;
    readonly headers?: SentRequest['headers'];
  };
}

const URL_OF_HOOK = 'https://hooks.example/in?b=2&a=1';
const BODY = '{"type":"order.paid","id":"evt_1","amount":12.50}';
const SECRET = 'a-secret-of-thirty-two-characters';
const OTHER_SECRET = 'another-one-of-the-same-length-32';

/** What stands in templates, by name. */
const FIELDS: Readonly<Record<string, string>> = {
  body: BODY,
  url: URL_OF_HOOK,
  method: 'POST',
  s: String(NOW / 1000),
  ms: String(NOW),
  iso: new Date(NOW).toISOString(),
  // Twitch sends nanoseconds.
  nanoseconds: new Date(NOW).toISOString().replace('000Z', '000000123Z'),
  id: 'e76c6bd4-55c9-4987-8304-da1588d8988b',
};

function fill(template: string, more: Readonly<Record<string, string>> = {}): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => more[name] ?? FIELDS[name] ?? '');
}

interface Hmac {
  /** The header, and how it is written: `{hex}`, `{base64}` or `{base64url}` is the signature. */
  readonly header: string;
  readonly form?: string;
  /** What is signed. Default: the body. */
  readonly message?: string;
  readonly hash?: 'sha1' | 'sha256';
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly encoding?: 'base64' | 'hex';
  readonly keyId?: string;
  readonly request?: Partial<SentRequest>;
}

/** A sender that signs with a shared secret. */
function hmac(how: Hmac): Sender {
  const { header, form = '{hex}', message = '{body}', hash = 'sha256', encoding, keyId } = how;
  const bytes = Buffer.from(SECRET);
  const textOf = (secret: string): string => Buffer.from(secret).toString(encoding ?? 'utf8');
  const mac = createHmac(hash, bytes)
    .update(fill(message, { body: how.request?.body ?? BODY }))
    .digest();
  const signature = {
    hex: mac.toString('hex'),
    base64: mac.toString('base64'),
    base64url: mac.toString('base64url'),
    other: createHmac(hash, 'before the rotation').update('x').digest('hex'),
  };
  const named = { ...(encoding && { encoding }), ...(keyId !== undefined && { id: keyId }) };
  const further = Object.entries(how.headers ?? {}).map(([name, value]) => [name, fill(value)]);
  return {
    key: { secret: textOf(SECRET), ...named },
    otherKey: { secret: textOf(OTHER_SECRET), ...named },
    request: {
      ...post(how.request),
      headers: { ...Object.fromEntries(further), [header]: fill(form, signature) },
    },
  };
}

function post(changes: Partial<SentRequest> = {}): SentRequest {
  return { method: 'POST', url: URL_OF_HOOK, headers: {}, body: BODY, ...changes };
}

/** A sender that puts the signature of its message into the body. */
function inBody(message: string, bodyOf: (mac: Buffer) => object): Sender {
  const mac = createHmac('sha256', SECRET).update(message).digest();
  const body = JSON.stringify(bodyOf(mac));
  return { key: { secret: SECRET }, otherKey: { secret: OTHER_SECRET }, request: post({ body }) };
}

type KeyKind = 'rsa' | 'p256' | 'ed25519';

const pairs = new Map<
  KeyKind,
  readonly { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[]
>();

function pairsOf(
  kind: KeyKind,
): readonly { readonly publicKey: KeyObject; readonly privateKey: KeyObject }[] {
  const made = pairs.get(kind) ?? [0, 1].map(() => newPair(kind));
  pairs.set(kind, made);
  return made;
}

function newPair(kind: KeyKind): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  if (kind === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return kind === 'p256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('ed25519');
}

interface Asymmetric {
  readonly kind: KeyKind;
  readonly header: string;
  readonly form?: string;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly keyId?: string;
  /** How the sender shows its public key. */
  readonly shown: 'pem' | 'spki-base64' | 'raw-hex' | 'raw-base64';
}

/** A sender that signs with a private key. */
function asymmetric({
  kind,
  header,
  form = '{base64}',
  message = '{body}',
  headers = {},
  keyId,
  shown,
}: Asymmetric): Sender {
  const [own, other] = pairsOf(kind);
  if (own === undefined || other === undefined) throw new TypeError('two pairs are made');
  const signature = sign(kind === 'ed25519' ? null : 'sha256', Buffer.from(fill(message)), own.privateKey);
  const named = keyId === undefined ? {} : { id: keyId };
  const further = Object.entries(headers).map(([name, value]) => [name, fill(value)]);
  const written = { hex: signature.toString('hex'), base64: signature.toString('base64') };
  return {
    key: { ...shownKey(own.publicKey, shown), ...named },
    otherKey: { ...shownKey(other.publicKey, shown), ...named },
    privateKey: {
      secret: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      encoding: 'pem',
      ...named,
    },
    request: { ...post(), headers: { ...Object.fromEntries(further), [header]: fill(form, written) } },
  };
}

function shownKey(key: KeyObject, shown: Asymmetric['shown']): SenderKey {
  if (shown === 'pem')
    return { secret: key.export({ type: 'spki', format: 'pem' }).toString(), encoding: 'pem' };
  const spki = key.export({ type: 'spki', format: 'der' });
  if (shown === 'spki-base64') return { secret: spki.toString('base64') };
  // RFC 8410: the 32 bytes of the key are the last ones.
  const raw = spki.subarray(-32);
  return shown === 'raw-hex'
    ? { secret: raw.toString('hex'), encoding: 'hex' }
    : { secret: raw.toString('base64') };
}

/** A sender whose token is the secret itself. */
function token(
  header: string,
  written: (secret: string) => string = (secret) => secret,
  secret = SECRET,
): Sender {
  return {
    key: { secret },
    otherKey: { secret: secret.replace('secret', 'sekret') },
    request: post({ headers: { [header]: written(secret) } }),
  };
}

const basic = (secret: string): string => `Basic ${Buffer.from(secret).toString('base64')}`;
const bearer = (secret: string): string => `Bearer ${secret}`;

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A sender of JSON Web Tokens (RFC 7519), by HS256. */
function jwt(header: string, claims: object, written: (text: string) => string = (text) => text): Sender {
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  const text = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
  return {
    key: { secret: SECRET },
    otherKey: { secret: OTHER_SECRET },
    request: post({ headers: { [header]: written(text) } }),
  };
}

/** Google signs by RS256, with keys of its key set. */
function pubSub(): Sender {
  const [own, other] = pairsOf('rsa');
  if (own === undefined || other === undefined) throw new TypeError('two pairs are made');
  const claims = {
    iss: 'https://accounts.google.com',
    aud: 'https://hooks.example.com/pubsub',
    ...LIFE,
    email_verified: true,
  };
  const signed = `${base64url({ alg: 'RS256', kid: 'k1', typ: 'JWT' })}.${base64url(claims)}`;
  const text = `${signed}.${sign('sha256', Buffer.from(signed), own.privateKey).toString('base64url')}`;
  const jwk = (key: KeyObject): object => ({
    ...key.export({ format: 'jwk' }),
    kid: 'k1',
    alg: 'RS256',
    use: 'sig',
  });
  return {
    key: { secret: JSON.stringify({ keys: [jwk(own.publicKey)] }) },
    otherKey: { secret: JSON.stringify({ keys: [jwk(other.publicKey)] }) },
    request: post({ headers: { authorization: bearer(text) } }),
  };
}

const LIFE = { iat: NOW / 1000 - 1, nbf: NOW / 1000 - 1, exp: NOW / 1000 + 300 };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function shopifyQuery(): Sender {
  const query = `code=0907a61c&shop=some-shop.myshopify.com&state=0.6784&timestamp=${NOW / 1000}`;
  const mac = createHmac('sha256', SECRET).update(query).digest('hex');
  return {
    key: { secret: SECRET },
    otherKey: { secret: OTHER_SECRET },
    request: { method: 'GET', url: `https://hooks.example/in?hmac=${mac}&${query}`, headers: {}, body: '' },
    draft: { url: 'https://hooks.example/in?code=0907a61c&shop=some-shop.myshopify.com&state=0.6784' },
  };
}

function messageBirdLegacy(): Sender {
  const message = Buffer.concat([
    Buffer.from(`${NOW / 1000}\na=1&b=2\n`),
    createHash('sha256').update(BODY).digest(),
  ]);
  const signature = createHmac('sha256', SECRET).update(message).digest('base64');
  return {
    key: { secret: SECRET },
    otherKey: { secret: OTHER_SECRET },
    request: post({
      headers: { 'messagebird-request-timestamp': String(NOW / 1000), 'messagebird-signature': signature },
    }),
  };
}

const linearBody = JSON.stringify({ action: 'create', webhookTimestamp: NOW });

export const SENDERS: Readonly<Record<string, Sender>> = {
  'Bitbucket Cloud / Data Center': hmac({ header: 'X-Hub-Signature', form: 'sha256={hex}' }),
  'Jira webhooks (secret)': hmac({ header: 'X-Hub-Signature', form: 'sha256={hex}' }),
  Notion: hmac({ header: 'X-Notion-Signature', form: 'sha256={hex}' }),
  'Meta (Messenger / Instagram / WhatsApp Cloud)': hmac({
    header: 'X-Hub-Signature-256',
    form: 'sha256={hex}',
  }),
  Intercom: hmac({ header: 'X-Hub-Signature', form: 'sha1={hex}', hash: 'sha1' }),
  Typeform: hmac({ header: 'Typeform-Signature', form: 'sha256={base64}' }),
  'Shopify webhooks': hmac({ header: 'X-Shopify-Hmac-Sha256', form: '{base64}' }),
  'DocuSign Connect': hmac({ header: 'X-DocuSign-Signature-1', form: '{base64}' }),
  Xero: hmac({ header: 'x-xero-signature', form: '{base64}' }),
  'Intuit QuickBooks': hmac({ header: 'intuit-signature', form: '{base64}' }),
  Vercel: hmac({ header: 'x-vercel-signature', hash: 'sha1' }),
  Sentry: hmac({ header: 'Sentry-Hook-Signature' }),
  Dropbox: hmac({ header: 'X-Dropbox-Signature' }),
  Asana: hmac({ header: 'X-Hook-Signature' }),
  'Heroku app webhooks': hmac({ header: 'Heroku-Webhook-Hmac-SHA256', form: '{base64}' }),
  'Lemon Squeezy': hmac({ header: 'X-Signature' }),
  WooCommerce: hmac({ header: 'X-WC-Webhook-Signature', form: '{base64}' }),
  ClickUp: hmac({ header: 'X-Signature' }),
  LINE: hmac({ header: 'X-Line-Signature', form: '{base64}' }),
  Razorpay: hmac({ header: 'X-Razorpay-Signature' }),
  'Coinbase Commerce': hmac({ header: 'X-CC-Webhook-Signature' }),
  GoCardless: hmac({ header: 'Webhook-Signature' }),
  Fingerprint: hmac({ header: 'fpjs-event-signature', form: 'v1={other},v1={hex}' }),
  Onfido: hmac({ header: 'X-SHA2-Signature' }),
  'Pusher Channels': hmac({
    header: 'X-Pusher-Signature',
    headers: { 'X-Pusher-Key': 'app-key' },
    keyId: 'app-key',
  }),
  'Kontent.ai': hmac({ header: 'X-Kontent-ai-Signature', form: '{base64}' }),
  'Stream Chat': hmac({ header: 'X-Signature' }),
  MailerSend: hmac({ header: 'Signature' }),
  Viber: hmac({ header: 'X-Viber-Content-Signature' }),
  'Worldline / Ingenico (onlinepayments)': hmac({
    header: 'X-GCS-Signature',
    form: '{base64}',
    headers: { 'X-GCS-KeyId': 'key-1' },
    keyId: 'key-1',
  }),
  Unit: hmac({ header: 'X-Unit-Signature', form: '{base64}', hash: 'sha1' }),
  CircleCI: hmac({ header: 'circleci-signature', form: 'v1={hex},v2=0123456789' }),
  'PagerDuty v3': hmac({ header: 'X-PagerDuty-Signature', form: 'v1={other},v1={hex}' }),
  Airtable: hmac({ header: 'X-Airtable-Content-MAC', form: 'hmac-sha256={hex}', encoding: 'base64' }),
  'Adyen platform/management webhooks': hmac({ header: 'HmacSignature', form: '{base64}', encoding: 'hex' }),
  'X (Twitter)': hmac({ header: 'x-twitter-webhooks-signature', form: 'sha256={base64}' }),
  Zoom: hmac({
    header: 'x-zm-signature',
    form: 'v0={hex}',
    message: 'v0:{s}:{body}',
    headers: { 'x-zm-request-timestamp': '{s}' },
  }),
  'Paddle Billing': hmac({ header: 'Paddle-Signature', form: 'ts={s};h1={hex}', message: '{s}:{body}' }),
  Mux: hmac({ header: 'Mux-Signature', form: 't={s},v1={hex}', message: '{s}.{body}' }),
  WorkOS: hmac({ header: 'WorkOS-Signature', form: 't={ms}, v1={hex}', message: '{ms}.{body}' }),
  Lovable: hmac({
    header: 'x-lovable-signature',
    form: 'sha256={hex}',
    message: '{s}.{body}',
    headers: { 'x-lovable-timestamp': '{s}' },
  }),
  Sanity: hmac({ header: 'sanity-webhook-signature', form: 't={ms},v1={base64url}', message: '{ms}.{body}' }),
  Cashfree: hmac({
    header: 'x-webhook-signature',
    form: '{base64}',
    message: '{ms}{body}',
    headers: { 'x-webhook-timestamp': '{ms}' },
  }),
  Inngest: hmac({ header: 'x-inngest-signature', form: 't={s}&s={hex}', message: '{body}{s}' }),
  'Twitch EventSub': hmac({
    header: 'Twitch-Eventsub-Message-Signature',
    form: 'sha256={hex}',
    message: '{id}{nanoseconds}{body}',
    headers: { 'Twitch-Eventsub-Message-Id': '{id}', 'Twitch-Eventsub-Message-Timestamp': '{nanoseconds}' },
  }),
  Calendly: hmac({ header: 'Calendly-Webhook-Signature', form: 't={s},v1={hex}', message: '{s}.{body}' }),
  'TikTok for Developers': hmac({ header: 'TikTok-Signature', form: 't={s},s={hex}', message: '{s}.{body}' }),
  Revolut: hmac({
    header: 'Revolut-Signature',
    form: 'v1={other},v1={hex}',
    message: 'v1.{ms}.{body}',
    headers: { 'Revolut-Request-Timestamp': '{ms}' },
  }),
  Webflow: hmac({
    header: 'x-webflow-signature',
    message: '{ms}:{body}',
    headers: { 'x-webflow-timestamp': '{ms}' },
  }),
  Zendesk: hmac({
    header: 'X-Zendesk-Webhook-Signature',
    form: '{base64}',
    message: '{iso}{body}',
    headers: { 'X-Zendesk-Webhook-Signature-Timestamp': '{iso}' },
  }),
  'HubSpot v3': hmac({
    header: 'X-HubSpot-Signature-v3',
    form: '{base64}',
    message: '{method}{url}{body}{ms}',
    headers: { 'X-HubSpot-Request-Timestamp': '{ms}' },
  }),
  Linear: hmac({ header: 'Linear-Signature', request: { body: linearBody } }),
  Square: hmac({ header: 'x-square-hmacsha256-signature', form: '{base64}', message: '{url}{body}' }),
  Trello: hmac({ header: 'X-Trello-Webhook', form: '{base64}', message: '{body}{url}', hash: 'sha1' }),
  'Mercado Pago': {
    ...hmac({
      header: 'x-signature',
      form: 'ts={s},v1={hex}',
      message: 'id:123456;request-id:bb56a2f1;ts:{s};',
      headers: { 'x-request-id': 'bb56a2f1' },
      request: { url: 'https://hooks.example/in?data.id=123456&type=payment' },
    }),
    draft: { headers: { 'x-request-id': 'bb56a2f1' } },
  },
  'MessageBird (legacy signature)': messageBirdLegacy(),
  Mailgun: inBody(`${NOW / 1000}a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0`, (mac) => ({
    signature: {
      timestamp: String(NOW / 1000),
      token: 'a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0',
      signature: mac.toString('hex'),
    },
    'event-data': { event: 'opened' },
  })),
  'Smile ID': inBody(`${FIELDS['iso']}PARTNERsid_request`, (mac) => ({
    timestamp: FIELDS['iso'],
    signature: mac.toString('base64'),
    partner_id: 'PARTNER',
  })),
  'Shopify OAuth / admin query HMAC': shopifyQuery(),
  'Twilio SendGrid Event Webhook': asymmetric({
    kind: 'p256',
    header: 'X-Twilio-Email-Event-Webhook-Signature',
    message: '{s}{body}',
    headers: { 'X-Twilio-Email-Event-Webhook-Timestamp': '{s}' },
    shown: 'spki-base64',
  }),
  'Discord interactions / webhook events': asymmetric({
    kind: 'ed25519',
    header: 'X-Signature-Ed25519',
    form: '{hex}',
    message: '{s}{body}',
    headers: { 'X-Signature-Timestamp': '{s}' },
    shown: 'raw-hex',
  }),
  Telnyx: asymmetric({
    kind: 'ed25519',
    header: 'Telnyx-Signature-Ed25519',
    message: '{s}|{body}',
    headers: { 'Telnyx-Timestamp': '{s}' },
    shown: 'raw-base64',
  }),
  Circle: asymmetric({
    kind: 'p256',
    header: 'X-Circle-Signature',
    headers: { 'X-Circle-Key-Id': 'key-1' },
    keyId: 'key-1',
    shown: 'spki-base64',
  }),
  Wise: asymmetric({ kind: 'rsa', header: 'X-Signature-SHA256', shown: 'pem' }),
  Kick: asymmetric({
    kind: 'rsa',
    header: 'Kick-Event-Signature',
    message: '{id}.{iso}.{body}',
    headers: { 'Kick-Event-Message-Id': '{id}', 'Kick-Event-Message-Timestamp': '{iso}' },
    shown: 'pem',
  }),
  'WeChat Pay v3': {
    ...asymmetric({
      kind: 'rsa',
      header: 'Wechatpay-Signature',
      message: '{s}\n{id}\n{body}\n',
      headers: { 'Wechatpay-Timestamp': '{s}', 'Wechatpay-Nonce': '{id}', 'Wechatpay-Serial': 'serial-1' },
      keyId: 'serial-1',
      shown: 'pem',
    }),
    draft: { nonce: '593BEC0C930BF1AFEB40B4A08C8FB242' },
  },
  'GitLab (secret token)': token('X-Gitlab-Token'),
  'Telegram Bot API': token('X-Telegram-Bot-Api-Secret-Token'),
  'Okta event hooks': token('Authorization'),
  Chargebee: token('Authorization', basic, 'user:a-secret-of-some-length'),
  Postmark: token('Authorization', basic, 'user:a-secret-of-some-length'),
  'Supabase database webhooks': token('Authorization', bearer),
  Brevo: token('Authorization', bearer),
  Persona: hmac({ header: 'Persona-Signature', form: 't={s},v1={hex}', message: '{s}.{body}' }),
  'Upstash QStash': jwt('Upstash-Signature', {
    iss: 'Upstash',
    sub: URL_OF_HOOK,
    ...LIFE,
    jti: 'jwt_1',
    body: sha256(BODY),
  }),
  'MessageBird / Bird signed requests': jwt('MessageBird-Signature-JWT', {
    iss: 'MessageBird',
    ...LIFE,
    jti: '1',
    url_hash: sha256(URL_OF_HOOK),
    payload_hash: sha256(BODY),
  }),
  Vonage: jwt('Authorization', { iat: NOW / 1000, jti: '1', payload_hash: sha256(BODY) }, bearer),
  'Google Pub/Sub push': pubSub(),
  Netlify: jwt('X-Webhook-Signature', { iss: 'netlify', sha256: sha256(BODY) }),
};
