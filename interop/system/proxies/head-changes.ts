/** How a head and its body are made ambiguous, smuggled or spelt otherwise. */
import { type Draw, of } from './draw.ts';
import { MESSAGES_PATH, OPEN_PATH, SIGNED_PATH } from './gateways.ts';
import type { Signed } from './signed-requests.ts';

export interface Head {
  method: string;
  target: string;
  version: string;
  fields: string[];
  body: string;
  lineEnd: string;
  before: string;
  after: string;
}

/** @param other a signed request whose proof is at hand */
export type Change = (head: Head, draw: Draw, other: Signed) => void;

const anyField = (head: Head, draw: Draw): number => draw(head.fields.length);

const insert = (head: Head, draw: Draw, field: string): void => {
  head.fields.splice(draw(head.fields.length + 1), 0, field);
};

const without = (head: Head, name: RegExp): void => {
  head.fields = head.fields.filter((field) => !name.test(field));
};

const FRAMING = /^(content-length|transfer-encoding)\s*:/i;

/** Chunks, well and badly written. */
function chunkedBody(body: string, draw: Draw): string {
  const size = body.length.toString(16);
  const sizes = [
    size,
    `0${size}`,
    `${size};a=b`,
    `${size} `,
    ` ${size}`,
    `0x${size}`,
    `+${size}`,
    `${size};\n`,
    `${size}\n`,
    `-${size}`,
  ];
  const end = of(
    [
      '0\r\n\r\n',
      '0\r\nX-Sig: 00\r\n\r\n',
      '0\r\nContent-Length: 3\r\n\r\n',
      '00\r\n\r\n',
      '0\n\n',
      '0\r\n',
      '',
    ],
    draw,
  );
  return body === '' ? end : `${of(sizes, draw)}\r\n${body}${of(['\r\n', '\r\n', '\n', ''], draw)}${end}`;
}

const EACH: readonly Change[] = [
  // The target.
  (head, draw) => {
    const [path = '', query] = head.target.split('?');
    const search = query === undefined ? '' : `?${query}`;
    head.target = of(
      [
        `/${head.target}`,
        `${path}/${search}`,
        `${path}//${search}`,
        `${path}/.${search}`,
        `${path}/../a${search}`,
        `${path}/x/..${search}`,
        `${path}/%2e%2e/a${search}`,
        `${path};v=1${search}`,
        `${path}%3fx=1`,
        `${path}%23${search}`,
        `${path}#f${search}`,
        `${path}%00${search}`,
        `${path}%0d%0aX-Sig:%201${search}`,
        `${path}\\..\\a${search}`,
        `${path}\t${search}`,
        `${path} HTTP/1.1\r\nX-Odd: 1`,
        path.replace('a', '%61') + search,
        path.replace(/\/(signed|messages)/, of([OPEN_PATH, SIGNED_PATH, MESSAGES_PATH], draw)) + search,
        path.replaceAll('/', '//') + search,
        path.replace(/\/(?=[^/]*$)/, '%2f') + search,
        path.toUpperCase() + search,
        `http://shop.example${head.target}`,
        `HTTP://SHOP.EXAMPLE:80${head.target}`,
        `https://shop.example${head.target}`,
        `http://other.example${head.target}`,
        `http://user@shop.example${head.target}`,
        `http://other.example\\@shop.example${head.target}`,
        `//shop.example${head.target}`,
        `shop.example${head.target}`,
        `${head.target}?y`,
        `${head.target}&x=2`,
        '*',
        '/',
        `${head.target} `,
        `  ${head.target}`,
        `${path}\xe9${search}`,
      ],
      draw,
    );
  },
  // Whom it is for.
  (head, draw) => {
    const host = of(
      [
        'other.example',
        'SHOP.example',
        'shop.example:80',
        'shop.example:8080',
        'shop.example.',
        'shop.example, other.example',
        'shop.example/x',
        'a@shop.example',
        '',
        '[::1]',
        'shop.example\t',
        'shop.example\r\n other.example',
      ],
      draw,
    );
    if (draw(2) === 0) without(head, /^host\s*:/i);
    insert(
      head,
      draw,
      `${of(['Host', 'host', 'HOST', 'Host ', ' Host'], draw)}:${of([' ', '', '\t'], draw)}${host}`,
    );
  },
  (head, draw) => {
    const name = of(
      [
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'X_Forwarded_Host',
        'X-Forwarded-For',
        'Forwarded',
        'X-Original-URL',
        'X-Rewrite-URL',
        'X-Forwarded-Prefix',
        'X-HTTP-Method-Override',
        'X-Host',
      ],
      draw,
    );
    insert(
      head,
      draw,
      `${name}: ${of(['other.example', 'https', 'host=other.example', '/open/x', 'PUT', '10.0.0.1'], draw)}`,
    );
  },
  (head, draw) => {
    const named = of(
      [
        'X-Sig',
        'Host',
        'Content-Length',
        'Transfer-Encoding',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'X-Case',
        'keep-alive',
      ],
      draw,
    );
    insert(head, draw, `Connection: ${of(['close, ', ''], draw)}${named}`);
  },
  // Where it ends.
  (head, draw) => {
    const n = head.body.length;
    const value = of(
      [
        `${n + 5}`,
        `${Math.max(0, n - 3)}`,
        '0',
        `+${n}`,
        `-${n}`,
        `0${n}`,
        `${n}, ${n}`,
        `${n}, 0`,
        `${n} 0`,
        `0x${n.toString(16)}`,
        `${n}\x0b`,
        '',
        '99999999999999999999',
      ],
      draw,
    );
    if (draw(2) === 0) without(head, FRAMING);
    insert(
      head,
      draw,
      `${of(['Content-Length', 'content-length', 'Content-Length ', 'Content_Length'], draw)}: ${value}`,
    );
  },
  (head, draw) => {
    const value = of(
      [
        'chunked',
        'Chunked',
        'chunked, chunked',
        'gzip, chunked',
        'chunked, identity',
        'identity',
        'xchunked',
        'chunked;a=1',
        '\x0bchunked',
        'chunked\t',
        '',
        '"chunked"',
        'chunked\r\n , identity',
      ],
      draw,
    );
    if (draw(2) === 0) without(head, FRAMING);
    insert(
      head,
      draw,
      `${of(['Transfer-Encoding', 'transfer-encoding', 'Transfer-Encoding ', 'Transfer_Encoding', 'Transfer-\tEncoding', ' Transfer-Encoding', 'X: y\nTransfer-Encoding', 'X: y\rTransfer-Encoding'], draw)}: ${value}`,
    );
    if (draw(3) > 0) head.body = chunkedBody(head.body, draw);
  },
  (head, draw) => {
    without(head, FRAMING);
    head.fields.push('Transfer-Encoding: chunked');
    head.body = chunkedBody(head.body, draw);
  },
  (head, draw) => {
    const number = head.fields.find((field) => field.startsWith('X-Case')) ?? 'X-Case: 0';
    const second = `GET ${OPEN_PATH}/second HTTP/1.1\r\nHost: shop.example\r\n${number}\r\n${of(['Connection: close\r\n', ''], draw)}\r\n`;
    head.after = of([second, `\r\n${second}`, `0\r\n\r\n${second}`, second.slice(0, -4), `X${second}`], draw);
    if (draw(2) === 0) without(head, /^connection\s*:/i);
  },
  // The rest of the head.
  (head, draw) => {
    head.version = of(
      [
        ' HTTP/1.0',
        ' HTTP/0.9',
        ' HTTP/2.0',
        ' HTTP/1.2',
        ' http/1.1',
        ' HTTP/1.1 ',
        '\tHTTP/1.1',
        '',
        ' HTTP/01.1',
      ],
      draw,
    );
  },
  (head, draw) => {
    head.method = of(
      [
        'get',
        'POST',
        'GET',
        'PUT',
        'OPTIONS',
        'TRACE',
        'CONNECT',
        'HEAD',
        'PO ST',
        'POST\t',
        '',
        'X-Y',
        '\x00',
      ],
      draw,
    );
  },
  (head, draw, other) => {
    if (draw(2) === 0) without(head, /^(x-sig|signature|signature-input|content-digest)\s*:/i);
    for (const field of other.fields) {
      const at = field.indexOf(':');
      const name = of(
        [field.slice(0, at), field.slice(0, at).replaceAll('-', '_'), `${field.slice(0, at)} `],
        draw,
      );
      insert(head, draw, name + field.slice(at));
    }
  },
  (head, draw) => {
    const name = of(['X-Tenant', 'x-tenant', 'X_Tenant', 'X-Tenant ', 'X.Tenant', ' X-Tenant'], draw);
    if (draw(3) === 0) without(head, /^x-tenant\s*:/i);
    insert(head, draw, `${name}: ${of(['t1', 't2', 't9', '', ' t1', 't1\r\n t2', 't1, t2'], draw)}`);
  },
  (head, draw) => {
    head.lineEnd = of(['\n', '\r', '\r\r\n'], draw);
  },
  (head, draw) => {
    head.before = of(['\r\n', '\n', '\r\n\r\n', ' ', '\x00'], draw);
  },
  (head, draw) => {
    insert(
      head,
      draw,
      of(
        [
          ': no name',
          'X-Nul: a\x00b',
          'X-Fold: a\r\n b',
          ' X-Lead: a',
          'X-Cr: a\rX-Sig: 0',
          'X-High: \xe9',
          'Expect: 100-continue',
          'Expect: x',
          'Upgrade: h2c\r\nHTTP2-Settings: AAAA',
          'Trailer: X-Sig',
          'TE: trailers',
          'Max-Forwards: 0',
          'no colon',
        ],
        draw,
      ),
    );
  },
  (head, draw) => {
    head.fields.push(head.fields[anyField(head, draw)] as string);
  },
  (head, draw) => {
    head.fields.splice(anyField(head, draw), 1);
  },
];

/** The first six, which are the target, the host, what proxies say and the framing, have the most in them. */
export const CHANGES: readonly Change[] = [...EACH, ...EACH.slice(0, 6), ...EACH.slice(0, 6)];
