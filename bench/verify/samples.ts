/** Signed requests as each platform sends them, signed here by `createHmac` and not by the engine under test. */
import { createHmac, randomUUID } from 'node:crypto';

/** One request, in the form that each contender wants it. */
export interface Sample {
  readonly url: string;
  /** As Node's `rawHeaders`. */
  readonly rawHeaders: readonly string[];
  /** As Node's `headers`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The same as text, for peers that take no bytes: decoded beforehand, in their favour. */
  readonly text: string;
}

export type Format = 'github' | 'stripe' | 'slack' | 'standard-webhooks' | 'hmac' | 'flowent';

/** Of bodies: what is compared at each of them. */
export const SIZES: readonly { readonly label: string; readonly bytes: number }[] = [
  { label: '200 B', bytes: 200 },
  { label: '1 KB', bytes: 1024 },
  { label: '10 KB', bytes: 10 * 1024 },
  { label: '256 KB', bytes: 256 * 1024 },
];

export const SECRET = 'f3a1c5d97b2e4806a1c3e5f7092b4d6e';
/** `SECRET`'s bytes as Standard Webhooks write a key. */
export const WHSEC = `whsec_${Buffer.from(SECRET).toString('base64')}`;

/** Distinct requests of one size, so that no contender answers from a warm branch predictor alone. */
export function makeSamples(format: Format, bytes: number): readonly Sample[] {
  const count = bytes > 100_000 ? 4 : 32;
  return Array.from({ length: count }, () => makeSample(format, bytes));
}

/** The same requests with one digit of the signature changed: well-formed, and wrong. */
export function forge(sample: Sample): Sample {
  const flip = (digit: string): string => (digit === 'a' ? 'b' : 'a');
  const change = (value: string): string =>
    value.replace(
      /([0-9a-zA-Z+/])([0-9a-zA-Z+/=]{10})$/,
      (_, digit: string, rest: string) => flip(digit) + rest,
    );
  const rawHeaders = sample.rawHeaders.map((text, i) =>
    i % 2 === 1 && /signature/i.test(sample.rawHeaders[i - 1] as string) ? change(text) : text,
  );
  const text = sample.text.replace(
    /("signature":"[0-9a-f]+)(.)"/,
    (_, head: string, digit: string) => `${head}${flip(digit)}"`,
  );
  return complete(sample.url, rawHeaders, Buffer.from(text));
}

/** The same requests with one letter of the body changed. */
export function alter(sample: Sample): Sample {
  const body = Buffer.from(sample.body);
  const at = body.indexOf('"note"') + 10;
  body[at] = body[at] === 0x61 ? 0x62 : 0x61;
  return complete(sample.url, sample.rawHeaders, body);
}

/** The same requests without a signature. */
export function unsign(sample: Sample): Sample {
  const rawHeaders = sample.rawHeaders.filter(
    (_, i) => !/signature/i.test(sample.rawHeaders[i - (i % 2)] as string),
  );
  return complete(sample.url, rawHeaders, Buffer.from(sample.text.replace(/,"signature":"[0-9a-f]+"/, '')));
}

function makeSample(format: Format, bytes: number): Sample {
  const seconds = String(Math.floor(Date.now() / 1000));
  const id = `evt_${randomUUID().replaceAll('-', '')}`;
  switch (format) {
    case 'github': {
      const text = fill(`{"id":"${id}","note":"`, '"}', bytes);
      return webhook(format, text, [
        'X-GitHub-Delivery',
        randomUUID(),
        'X-GitHub-Event',
        'push',
        'X-Hub-Signature-256',
        `sha256=${mac(text, 'hex')}`,
      ]);
    }
    case 'stripe': {
      const text = fill(`{"id":"${id}","object":"event","note":"`, '"}', bytes);
      return webhook(format, text, [
        'Stripe-Signature',
        `t=${seconds},v1=${mac(`${seconds}.${text}`, 'hex')}`,
      ]);
    }
    case 'slack': {
      // The id stands behind the event, as Slack sends it.
      const text = fill(
        `{"token":"unused","team_id":"T01","event":{"type":"message","note":"`,
        `"},"type":"event_callback","event_id":"${id}"}`,
        bytes,
      );
      return webhook(format, text, [
        'X-Slack-Request-Timestamp',
        seconds,
        'X-Slack-Signature',
        `v0=${mac(`v0:${seconds}:${text}`, 'hex')}`,
      ]);
    }
    case 'standard-webhooks': {
      const text = fill(`{"type":"invoice.paid","note":"`, '"}', bytes);
      const signature = `v1,${mac(`${id}.${seconds}.${text}`, 'base64')}`;
      return webhook(format, text, [
        'webhook-id',
        id,
        'webhook-timestamp',
        seconds,
        'webhook-signature',
        signature,
      ]);
    }
    case 'hmac': {
      const text = fill(`{"id":"${id}","note":"`, '"}', bytes);
      return webhook(format, text, ['X-Timestamp', seconds, 'X-Signature', mac(`${seconds}.${text}`, 'hex')]);
    }
    case 'flowent': {
      // Without and with the member `,"signature":"<64>"`.
      const head = `{"action_name":"send_email","parameters":{"recipient":"a@example.com","subject":"${id}","note":"`;
      const text = fill(head, `"},"timestamp":${seconds}}`, bytes - 79);
      return webhook('actions/send_email', `${text.slice(0, -1)},"signature":"${mac(text, 'hex')}"}`, []);
    }
  }
}

/** Eight headers that a webhook behind a proxy has, the platform's own after them. */
function webhook(path: string, text: string, own: readonly string[]): Sample {
  const body = Buffer.from(text);
  return complete(
    `/${path}`,
    [
      'Host',
      'hooks.example.com',
      'User-Agent',
      'Hookshot/4a0f1c2',
      'Content-Length',
      String(body.length),
      'Accept',
      '*/*',
      'Accept-Encoding',
      'gzip',
      'Content-Type',
      'application/json',
      'X-Forwarded-For',
      '192.0.2.17',
      'X-Forwarded-Proto',
      'https',
      ...own,
    ],
    body,
  );
}

function complete(url: string, rawHeaders: readonly string[], body: Buffer): Sample {
  const headers: Record<string, string> = {};
  for (let i = 0; i < rawHeaders.length; i += 2)
    headers[(rawHeaders[i] as string).toLowerCase()] = rawHeaders[i + 1] as string;
  return { url, rawHeaders, headers, body, text: body.toString() };
}

function mac(text: string, encoding: 'hex' | 'base64'): string {
  return createHmac('sha256', SECRET).update(text).digest(encoding);
}

const WORDS = 'The quick brown fox jumps over the lazy dog while the gate looks on. ';

/** Text between `head` and `tail` so that the whole has `bytes` bytes. */
export function fill(head: string, tail: string, bytes: number): string {
  const room = Math.max(1, bytes - head.length - tail.length);
  return head + WORDS.repeat(Math.ceil(room / WORDS.length)).slice(0, room) + tail;
}
