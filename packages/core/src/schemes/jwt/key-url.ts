/** The address of keys that are fetched one by one, and how each is asked for. */
import { HOUR, MINUTE, SECOND } from '../../freshness.ts';
import { describeGiven } from '../../given.ts';
import { type OptionRow, object, TEXT, type ValueSchema } from '../../option-row.ts';
import { notGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { isObject } from '../../text/is-object.ts';
import { isToken } from '../../text/token.ts';
import { keySetUrl } from './key-set-url.ts';

export interface KeyUrl {
  /** https; `{kid}` in its path or query stands for the id that a token names. */
  readonly url: string;
  /** Sent with each question, by name. They may hold credentials. Default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON that is posted, in which `{kid}` stands for the id. Absent: the address is asked by GET. */
  readonly body?: string;
  /** The member of the answer that holds the key. Absent: the answer is the key. */
  readonly member?: string;
  /** The member of the key that says when it ends, in Unix seconds; null where it has no end. Absent: none does. */
  readonly until?: string;
  /** How long a key is used before it is asked for again. Default 3,600,000 ms. */
  readonly maxAgeMs: number;
  /** How long one question may take. Default 5,000 ms. */
  readonly timeoutMs: number;
  /** Default 65,536. */
  readonly maxBytes: number;
}

export const KEY_URL_DEFAULTS: Pick<KeyUrl, 'maxAgeMs' | 'timeoutMs' | 'maxBytes'> = {
  maxAgeMs: HOUR,
  timeoutMs: 5 * SECOND,
  maxBytes: 64 * 1024,
};

type BoundName = keyof typeof KEY_URL_DEFAULTS;

const BOUNDS: Readonly<Record<BoundName, { readonly least: number; readonly most: number }>> = {
  maxAgeMs: { least: SECOND, most: 24 * HOUR },
  timeoutMs: { least: 10, most: MINUTE },
  maxBytes: { least: 256, most: 1024 * 1024 },
};

function bounded(name: BoundName, description: string): ValueSchema & { readonly description: string } {
  const { least, most } = BOUNDS[name];
  const type = name === 'maxBytes' ? 'integer' : 'number';
  return {
    type,
    minimum: least,
    maximum: most,
    description: `${description}. Default: ${KEY_URL_DEFAULTS[name]}`,
  };
}

export const KEY_URL_ROW: OptionRow = {
  name: 'keyUrl',
  description:
    'where one public key at a time is asked for by the kid of a token, in place of keys and jwks: { url, headers, body, member, until, maxAgeMs: 3600000, timeoutMs: 5000, maxBytes: 65536 }; {kid} in url or body stands for it',
  value: object(
    {
      url: { ...TEXT, description: 'an https address; {kid} may stand in its path or query' },
      headers: {
        type: 'object',
        properties: {},
        additionalProperties: TEXT,
        description: 'headers that are sent with each question, such as credentials. Default: none',
      },
      body: { ...TEXT, description: 'JSON that is posted, with {kid} in it. Default: none; GET is asked' },
      member: { ...TEXT, description: 'the member of the answer that is the key. Default: all of it' },
      until: {
        ...TEXT,
        description: 'the member of the key that says when it ends, in Unix seconds. Default: none',
      },
      maxAgeMs: bounded('maxAgeMs', 'how long a key is used before it is asked for again'),
      timeoutMs: bounded('timeoutMs', 'how long one question may take'),
      maxBytes: bounded('maxBytes', 'the longest answer that is read'),
    },
    ['url'],
  ),
  default: 'none',
};

/** @throws SetupError for an address that is not https, or that the token’s sender could move to another host. */
export function readKeyUrl(options: OptionReader): KeyUrl | undefined {
  const reader = options.object('keyUrl');
  if (reader === undefined) return undefined;
  const [url, body] = [reader.text('url'), reader.text('body')];
  const headers = readHeaders(reader);
  const [member, until] = [reader.text('member'), reader.text('until')];
  const [maxAgeMs, timeoutMs, maxBytes] = (['maxAgeMs', 'timeoutMs', 'maxBytes'] as const).map((name) =>
    readBounded(reader, name),
  ) as [number, number, number];
  reader.refuseUnread();
  if (url === undefined) {
    throw notGiven(reader, 'url', 'Give the address that answers with a key.');
  }
  refuseBody(body, reader.path('body'));
  return {
    url: checkedKeyUrl(url, body, reader.path('url')),
    maxAgeMs,
    timeoutMs,
    maxBytes,
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
    ...(member !== undefined && { member }),
    ...(until !== undefined && { until }),
  };
}

/** The sender names the key, and must not choose whom it is asked of. */
function checkedKeyUrl(url: string, body: string | undefined, option: string): string {
  const [first, second] = ['a', 'b'].map((kid) => keySetUrl(url.replaceAll('{kid}', kid), option).url);
  const isMoved = new URL(first as string).origin !== new URL(second as string).origin;
  if (isMoved) {
    throw new SetupError(
      option,
      '{kid} stands in its host: whoever sends a token would choose whom its key is asked of',
      'Put {kid} into the path or the query.',
    );
  }
  if (url.includes('{kid}') || body?.includes('{kid}')) return url;
  throw new SetupError(
    option,
    '{kid} stands neither in it nor in the body',
    'Put it where the id of the key belongs; of an address that answers with all keys give jwks.',
  );
}

function refuseBody(body: string | undefined, option: string): void {
  if (body === undefined) return;
  try {
    JSON.parse(body.replaceAll('{kid}', 'a'));
  } catch {
    throw new SetupError(option, 'it is not JSON', 'Give JSON, such as {"key_id":"{kid}"}.');
  }
}

/** What is no value of a header would be quoted by the error of who sends it. */
function readHeaders(options: OptionReader): Readonly<Record<string, string>> | undefined {
  const raw = options.raw('headers');
  if (raw === undefined) return undefined;
  const path = options.path('headers');
  if (!isObject(raw)) {
    throw new SetupError(path, `it is ${describeGiven(raw)}`, 'Give an object of names and values.');
  }
  const isRight = Object.entries(raw).every(
    ([name, value]) => isToken(name) && typeof value === 'string' && isHeaderValue(value),
  );
  if (isRight) return raw as Readonly<Record<string, string>>;
  throw new SetupError(path, 'one of them is no header', 'Give names and values of printable ASCII.');
}

/** Whether a text can be sent as a header’s value. */
export function isHeaderValue(text: string): boolean {
  return /^[!-~](?:[ -~]*[!-~])?$/.test(text);
}

function readBounded(reader: OptionReader, name: BoundName): number {
  const { least, most } = BOUNDS[name];
  const value = name === 'maxBytes' ? reader.integer(name) : reader.milliseconds(name);
  if (value === undefined) return KEY_URL_DEFAULTS[name];
  if (value >= least && value <= most) return value;
  throw new SetupError(
    reader.path(name),
    `${value} is not taken`,
    `Give ${least} to ${most}, or leave it out: ${KEY_URL_DEFAULTS[name]}.`,
  );
}
