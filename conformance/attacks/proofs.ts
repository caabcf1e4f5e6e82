/** Attacks on what a proof is made of: lists, labels, algorithms, the numbers of a signature, and signatures with keys that anybody has. */
import type { Attack, Opened, Place, PlaceId } from '../engine/model.ts';
import { type Change, listed, type MakeTrial, ofTrials } from './request-attack.ts';
import { resigned, signaturesIn } from './resign.ts';

const PROOF: readonly PlaceId[] = ['proof'];
const NO_PROOF = 'it is no proof';

/** Changes of each text of the proof. */
function ofProofs(subject: Opened, changes: (text: string) => readonly string[]): readonly Change[] {
  return (subject.places.get('proof') ?? []).flatMap((place: Place) =>
    changes(place.text).map(
      (changed): Change =>
        (request) =>
          place.put(request, changed),
    ),
  );
}

const MANY = 10_000;
const SEPARATORS = [',', ', ', ' ', ';', '&'];

function lists(text: string): readonly string[] {
  const wrong = text.replace(/[0-9a-f]/gi, (char) => (char === '0' ? '1' : '0'));
  return SEPARATORS.flatMap((separator) => {
    const many = Array.from({ length: MANY }, () => wrong).join(separator);
    const same = Array.from({ length: MANY }, () => text).join(separator);
    const few = Array.from({ length: 15 }, () => wrong).join(separator);
    return [
      text + separator + many,
      many + separator + text,
      same,
      text + separator.repeat(MANY),
      separator.repeat(MANY) + text,
      text + separator + wrong,
      wrong + separator + text,
      few + separator + text,
      text + separator + few,
      text + separator + text,
      `x${separator}${text}`,
      `${text}${separator}x`,
      `${text}${separator}v1=${separator}v1`,
    ];
  });
}

function itemsCut(text: string): readonly string[] {
  return SEPARATORS.flatMap((separator) => {
    const items = text.split(separator);
    if (items.length < 2) return [];
    return [
      ...items.map((_, at) => items.toSpliced(at, 1).join(separator)),
      ...items.map((item) => item),
      ...items.map((item, at) =>
        items
          .with(at, items[0] as string)
          .concat(item)
          .join(separator),
      ),
      ...items.flatMap((_, from) =>
        items.map((item, to) =>
          items
            .toSpliced(from, 1)
            .toSpliced(to, 0, items[from] ?? item)
            .join(separator),
        ),
      ),
      items.toReversed().join(separator),
    ];
  });
}

const LABELS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\bv1a?\b/, ['v0', 'v2', 'v1', 'v1a', 'V1', '', '__proto__']],
  [/\bv0\b/, ['v1', 'V0', '']],
  [/\bsha(1|256|512)\b/, ['sha1', 'sha256', 'sha512', 'md5', 'SHA256', '', 'none']],
  [/\bsig(1|-b2\w*)?\b/, ['sig2', 'sig', 'x', '']],
  [/\bBearer\b/, ['bearer', 'Basic', 'DPoP', 'Digest', '', 'Bearer Bearer']],
  [/\bDPoP\b/, ['dpop', 'Bearer', '', 'DPoP DPoP']],
  [/\bt=/, ['T=', 't', 't=0,t=', 'v1=', '']],
  [
    /;alg="[^"]*"/,
    ['', ';alg="none"', ';alg="hmac-sha256"', ';alg="rsa-v1_5-sha256"', ';alg="HMAC-SHA256"', ';alg=""'],
  ],
  [/;keyid="[^"]*"/, ['', ';keyid=""', ';keyid="x"', ';keyid="__proto__"']],
  [/;created=\d+/, ['', ';created=0', ';created=99999999999', ';created=1.5', ';created="1"']],
  [/$/, [';expires=99999999999', ';nonce="n"', ';tag="t"', ';x', ';alg="hmac-sha256"', ';created=1']],
];

const relabelled = (text: string): readonly string[] =>
  LABELS.flatMap(([pattern, words]) => {
    const match = pattern.exec(text);
    if (!match) return [];
    return words.map((word) => text.slice(0, match.index) + word + text.slice(match.index + match[0].length));
  });

/** Components of a signature’s input: each taken out, doubled, moved, marked. */
function components(text: string): readonly string[] {
  const match = /\(([^)]*)\)/.exec(text);
  const names = match?.[1]?.split(' ');
  if (!match || !names || !/^"/.test(match[1] as string)) return [];
  const write = (list: readonly string[]): string =>
    `${text.slice(0, match.index)}(${list.join(' ')})${text.slice(match.index + match[0].length)}`;
  return [
    write([]),
    write(names.toReversed()),
    ...names.flatMap((name, at) => [
      write(names.toSpliced(at, 1)),
      write([name]),
      write([...names, name]),
      ...[';sf', ';bs', ';req', ';tr', ';key="a"', ';name="a"', ';x'].map((mark) =>
        write(names.with(at, name + mark)),
      ),
      ...[
        '"@method"',
        '"@path"',
        '"x"',
        '"host"',
        '"@query"',
        '"@signature-params"',
        name.toUpperCase(),
        '*',
      ].map((other) => write(names.with(at, other))),
    ]),
  ];
}

/** Orders of the groups: P-256, P-384, Ed25519. */
const ORDERS = [
  { bytes: 32, n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, isLittle: false },
  {
    bytes: 48,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    isLittle: false,
  },
  { bytes: 32, n: 2n ** 252n + 27742317777372353535851937790883648493n, isLittle: true },
] as const;

function malleated(bytes: Buffer): readonly Buffer[] {
  const ofLength = (fill: number): Buffer => Buffer.alloc(bytes.length, fill);
  const half = bytes.length >> 1;
  const [r, s] = [bytes.subarray(0, half), bytes.subarray(half)];
  return [
    ofLength(0),
    ofLength(0xff),
    ofLength(1),
    Buffer.concat([s, r]),
    Buffer.concat([Buffer.alloc(half), s]),
    Buffer.concat([r, Buffer.alloc(half)]),
    Buffer.concat([Buffer.alloc(1), bytes]),
    Buffer.concat([bytes, Buffer.alloc(1)]),
    Buffer.concat([bytes, bytes]),
    bytes.subarray(0, half),
    Buffer.from([...bytes].reverse()),
    Buffer.alloc(0),
    Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0]),
    Buffer.from([0x30, 6, 2, 1, 1, 2, 1, 1]),
    Buffer.concat([
      Buffer.from([0x30, bytes.length + 4, 2, half]),
      r,
      Buffer.from([2, bytes.length - half]),
      s,
    ]),
    ...ORDERS.filter((order) => order.bytes === half).flatMap(({ n, isLittle, bytes: size }) => {
      const read = (part: Buffer): bigint =>
        BigInt(`0x${Buffer.from(isLittle ? [...part].reverse() : part).toString('hex') || 0}`);
      const write = (value: bigint): Buffer => {
        const part = Buffer.from(
          (value < 0n ? 0n : value)
            .toString(16)
            .padStart(size * 2, '0')
            .slice(-size * 2),
          'hex',
        );
        return isLittle ? Buffer.from([...part].reverse()) : part;
      };
      return [n - read(s), n + read(s), n].map((value) => Buffer.concat([r, write(value)]));
    }),
  ];
}

const numbers = (text: string): readonly string[] =>
  signaturesIn(text).flatMap(({ at, text: piece, encoding, bytes }) =>
    malleated(bytes).map(
      (other) => text.slice(0, at) + other.toString(encoding) + text.slice(at + piece.length),
    ),
  );

const GUESSES = [
  '',
  '\0',
  '\0'.repeat(64),
  ' ',
  '0',
  'null',
  'undefined',
  'NaN',
  'secret',
  'changeme',
  'password',
  'key',
  'true',
  '[object Object]',
  'process.env.SECRET',
  'test',
];

/** Everybody has a public key: its text, its lines, its bytes. */
function publicForms(key: string): readonly (string | Buffer)[] {
  const inner = key.replace(/-----[^-]*-----|\s/g, '');
  return [
    key,
    key.trim(),
    `${key.trim()}\n`,
    inner,
    Buffer.from(inner, 'base64'),
    Buffer.from(inner, 'base64').subarray(-32),
  ];
}

function forgeries(subject: Opened): readonly MakeTrial[] | string {
  const keys = Array.isArray(subject.options.keys) ? subject.options.keys : [];
  const publicKeys = keys.flatMap(({ secret }) =>
    typeof secret === 'string' && /BEGIN PUBLIC|"kty"|"keys"|^whpk_/.test(secret) ? publicForms(secret) : [],
  );
  const texts = [...subject.request.headers].flatMap(([, value]) => (value.length > 0 ? [value] : []));
  // The secret of a published example may be such a word.
  const guesses = GUESSES.filter((guess) => !keys.some(({ secret }) => secret === guess));
  const trials = [...guesses, ...texts, ...publicKeys].map(
    (key): MakeTrial =>
      (base) => {
        const request = resigned(base, key);
        return request && { request, isStrange: true };
      },
  );
  return resigned(subject, 'x') ? trials : 'its proof has no room for an HMAC';
}

export const PROOF_ATTACKS: readonly Attack[] = [
  listed({
    id: 'list',
    summary:
      'the signature in lists: 10,000 wrong ones before or after it, 10,000 copies of it, empty items, one or fifteen wrong ones',
    places: PROOF,
    elsewhere: NO_PROOF,
    ways: (subject) => ofProofs(subject, lists),
  }),
  listed({
    id: 'item',
    summary: 'items of the proof cut off, moved, doubled, alone',
    places: PROOF,
    elsewhere: NO_PROOF,
    ways(subject) {
      const ways = ofProofs(subject, itemsCut);
      return ways.length > 0 ? ways : 'its proof is one item';
    },
  }),
  listed({
    id: 'label',
    summary: 'labels, versions, algorithms and parameters swapped, removed or added',
    places: PROOF,
    elsewhere: NO_PROOF,
    ways: (subject) => ofProofs(subject, relabelled),
  }),
  listed({
    id: 'component',
    summary: 'components of a signature’s input removed, doubled, moved, flagged, swapped',
    places: PROOF,
    elsewhere: NO_PROOF,
    ways(subject) {
      const ways = ofProofs(subject, components);
      return ways.length > 0 ? ways : 'its proof names no components';
    },
  }),
  listed({
    id: 'signature',
    summary: 'other numbers in the signature: zeros, ones, halves swapped, n − s, s + n, DER, other lengths',
    places: PROOF,
    elsewhere: NO_PROOF,
    ways(subject) {
      const ways = ofProofs(subject, numbers);
      return ways.length > 0 ? ways : 'its proof is no signature';
    },
  }),
  ofTrials({
    id: 'forge',
    summary:
      'an HMAC with keys that anybody has: an empty one, zeros, words, parts of the request, the public key',
    places: PROOF,
    elsewhere: NO_PROOF,
    trials: forgeries,
  }),
];
