/** Who has captured one genuine request, and what they can make of it: for each part, requests that differ from it in that alone. */
import { type CoveredPart, HeaderList, type SignedRequest } from '../../src/index.ts';

/** `plain` leaves whatever else stands in the part as it was, such as a signature in the query; the others may not. */
export interface Changed {
  readonly how: string;
  readonly isPlain: boolean;
  readonly request: SignedRequest;
}

type Change = (request: SignedRequest) => readonly Changed[];

const plain = (how: string, request: SignedRequest): Changed => ({ how, isPlain: true, request });
const rough = (how: string, request: SignedRequest): Changed => ({ how, isPlain: false, request });

interface Target {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
  readonly query: string | undefined;
}

/** The URL taken apart; a path alone has no scheme and no host. */
function targetOf({ url }: SignedRequest): Target {
  const [, scheme = '', host = '', path = '', query] =
    /^(?:(https?):\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/.exec(url) ?? [];
  return { scheme, host, path, query };
}

function withTarget(request: SignedRequest, change: Partial<Target>): SignedRequest {
  const { scheme, host, path, query } = { ...targetOf(request), ...change };
  const origin = host === '' ? '' : `${scheme}://${host}`;
  return { ...request, url: `${origin}${path}${query === undefined ? '' : `?${query}`}` };
}

function withHost(request: SignedRequest, host: string): SignedRequest {
  const named =
    request.headers.get('host') === undefined ? request.headers : request.headers.with('host', host);
  const isAbsolute = targetOf(request).host !== '';
  return { ...(isAbsolute ? withTarget(request, { host }) : request), headers: named };
}

function withText(request: SignedRequest, text: string): SignedRequest {
  return { ...request, body: Buffer.from(text) };
}

const method: Change = (request) =>
  ['PUT', 'GET', 'POST', 'post']
    .filter((name) => name !== request.method)
    .map((name) => plain(`method ${name}`, { ...request, method: name }));

const scheme: Change = (request) =>
  targetOf(request).scheme === 'https' ? [plain('scheme http', withTarget(request, { scheme: 'http' }))] : [];

const host: Change = (request) =>
  ['forged.example', 'api.example.forged.example', 'api.example:8443']
    .map((name) => plain(`host ${name}`, withHost(request, name)))
    .filter(({ request: { url, headers } }) => url !== request.url || headers !== request.headers);

const path: Change = (request) => {
  const { path: text } = targetOf(request);
  return [`${text}/forged`, `/forged${text}`, `${text}/`, '/'].map((other) =>
    plain(`path ${other}`, withTarget(request, { path: other })),
  );
};

const query: Change = (request) => {
  const { query: text } = targetOf(request);
  return [
    plain('query longer', withTarget(request, { query: text ? `${text}&forged=1` : 'forged=1' })),
    ...(text === undefined
      ? []
      : [
          rough('query gone', withTarget(request, { query: undefined })),
          rough('query changed', withTarget(request, { query: text.replace('page=1', 'page=2') })),
        ]),
  ];
};

const body: Change = (request) => {
  const text = Buffer.from(request.body).toString();
  const type = request.headers.get('content-type') ?? '';
  const others = [
    rough('body gone', withText(request, '')),
    rough('body replaced', withText(request, 'forged')),
    rough('body cut', withText(request, text.slice(0, -1))),
  ].filter(({ request: other }) => other.body.length !== request.body.length);
  if (/urlencoded/.test(type)) {
    return [
      plain('field more', withText(request, `${text}${text === '' ? '' : '&'}forged=1`)),
      rough('field changed', withText(request, text.replace(/([?&]|^)(b|a|user_id)=\d/, '$1$2=7'))),
      ...others,
    ];
  }
  if (!text.startsWith('{')) return [plain('body longer', withText(request, `${text}forged`)), ...others];
  return [
    plain('member more', withText(request, text.replace(/\}$/, `${text === '{}' ? '' : ','}"forged":1}`))),
    rough('value changed', withText(request, text.replace('12', '13').replace('"a"', '"z"'))),
    ...others,
  ];
};

/** What is written in a token is read there: its payload, decoded. */
const TOKEN = /([\w-]+)\.([\w-]+)\.([\w-]+)$/;

const payloadOf = (payload: string): string => Buffer.from(payload, 'base64url').toString();

/** All that stands in a request, and in the tokens of its headers. */
export function textOf({ url, headers, body }: SignedRequest): string {
  const values = [...headers].map(([, value]) => `${value}\n${payloadOf(TOKEN.exec(value)?.[2] ?? '')}`);
  return [url, ...values, Buffer.from(body).toString('latin1')].join('\n');
}

/** Other text in the place of one that is known, wherever it stands. */
function replaced(request: SignedRequest, what: string, text: string, other: string): readonly Changed[] {
  const inToken = (value: string): string =>
    value.replace(
      TOKEN,
      (_, head: string, payload: string, signature: string) =>
        `${head}.${Buffer.from(payloadOf(payload).replace(text, other)).toString('base64url')}.${signature}`,
    );
  const written = Buffer.from(request.body).toString('latin1').replace(text, other);
  const changed = {
    ...request,
    url: request.url.replace(text, other),
    headers: HeaderList.from(
      [...request.headers].map(([name, value]) => [name, inToken(value.replace(text, other))] as const),
    ),
    body: Buffer.from(written, 'latin1'),
  };
  // It may stand in the body or a header that is proved.
  return isSameRequest(changed, request) ? [] : [rough(`${what} ${other}`, changed)];
}

/** The last digit of a text, or its last letter, another. */
function otherText(text: string): string {
  return text.replace(/[0-9A-Za-z](?=[^0-9A-Za-z]*$)/, (char) => (char === '1' ? '2' : '1'));
}

/** What a captor knows of a request besides its parts. */
export interface Known {
  /** The text of its time. */
  readonly timestamp?: string | undefined;
  readonly id?: string | undefined;
  readonly type?: string | undefined;
}

/** Every change of one part. */
export function changesOf(part: CoveredPart, request: SignedRequest, known: Known): readonly Changed[] {
  switch (part) {
    case 'timestamp':
    case 'id':
    case 'type': {
      const text = known[part];
      return text === undefined ? [] : replaced(request, part, text, otherText(text));
    }
    default:
      return { method, scheme, host, path, query, body }
        [part](request)
        .filter(({ request: other }) => !isSameRequest(other, request));
  }
}

function isSameRequest(a: SignedRequest, b: SignedRequest): boolean {
  return (
    a.method === b.method &&
    a.url === b.url &&
    `${[...a.headers]}` === `${[...b.headers]}` &&
    Buffer.compare(a.body, b.body) === 0
  );
}

/** One header changed, and one added. */
export function headerChangesOf(request: SignedRequest, name: string): readonly Changed[] {
  const value = request.headers.get(name);
  if (value === undefined) return [];
  return [
    rough(`${name} longer`, { ...request, headers: request.headers.with(name, `${value}1`) }),
    rough(`${name} changed`, { ...request, headers: request.headers.with(name, otherText(value)) }),
    rough(`${name} gone`, {
      ...request,
      headers: HeaderList.from([...request.headers].filter(([other]) => other.toLowerCase() !== name)),
    }),
  ];
}
