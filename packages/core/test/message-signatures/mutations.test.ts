import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { seededRandom } from '../../../../scripts/seeded-random.ts';
import { createGate, type Gate, HeaderList, type SignedRequest, writtenScheme } from '../../src/index.ts';
import { RSA_PAIR } from '../support/rsa-pairs.ts';

const NOW = 1_760_000_000_000;
const COMPONENTS = ['@method', '@target-uri', 'content-type', 'x-dict;key="a"', 'x-id;bs', 'content-digest'];

function randomOf(seed: number): (below: number) => number {
  const next = seededRandom(seed);
  return (below) => next() % below;
}

type Draw = (below: number) => number;

/** Flips a bit, cuts a character, doubles one, or puts in one that separates. */
function spoil(text: string, draw: Draw): string {
  const at = draw(text.length);
  const char = text[at] as string;
  const rest = text.slice(at + 1);
  switch (draw(4)) {
    case 0:
      return text.slice(0, at) + rest;
    case 1:
      return text.slice(0, at) + char + char + rest;
    case 2:
      return text.slice(0, at) + (',;="():\n@?#%/&'[draw(14)] as string) + rest;
    default:
      return text.slice(0, at) + String.fromCharCode(char.charCodeAt(0) ^ (1 << draw(8))) + rest;
  }
}

const at = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T;

/** Members of a dictionary at its top level. */
const members = (text: string): string[] => text.split(/, (?=[a-z]+=)/);

const MUTATIONS: readonly {
  readonly name: string;
  readonly of: (request: SignedRequest, draw: Draw) => SignedRequest;
}[] = [
  { name: 'method', of: (r, draw) => ({ ...r, method: spoil(r.method, draw) }) },
  { name: 'path and query', of: (r, draw) => ({ ...r, url: spoil(r.url, draw) }) },
  {
    name: 'body',
    of: (r, draw) => {
      const body = Uint8Array.from(r.body);
      const i = draw(body.length);
      body[i] = (body[i] as number) ^ (1 << draw(8));
      return { ...r, body: draw(8) === 0 ? body.subarray(0, i) : body };
    },
  },
  ...['host', 'content-type', 'x-dict', 'x-id', 'content-digest', 'signature', 'signature-input'].map(
    (name) => ({
      name,
      of: (r: SignedRequest, draw: Draw) => ({
        ...r,
        headers: r.headers.with(name, spoil(r.headers.get(name) as string, draw)),
      }),
    }),
  ),
  {
    name: 'a field taken out or doubled',
    of: (r, draw) => {
      const fields = [...r.headers];
      const i = draw(fields.length);
      const field = fields[i] as readonly [string, string];
      const changed = draw(2) === 0 ? fields.filter((_, j) => j !== i) : [...fields, field];
      return { ...r, headers: new HeaderList(changed.flat()) };
    },
  },
  {
    name: 'parts of Signature-Input in another order, or fewer',
    of: (r, draw) => {
      const parts = (r.headers.get('signature-input') as string).split(/(?=[ ;,(])/);
      const i = draw(parts.length);
      const [part] = parts.splice(i, 1) as [string];
      if (draw(2) === 0) parts.splice(draw(parts.length), 0, part);
      return { ...r, headers: r.headers.with('signature-input', parts.join('')) };
    },
  },
  {
    name: 'another alg, key, time or label',
    of: (r, draw) => {
      const input = r.headers.get('signature-input') as string;
      const changed = at(
        [
          input.replace(/;alg="[^"]*"/, `;alg="${at(['none', 'ed25519', 'HMAC-SHA256', ''], draw)}"`),
          input.replace(/;alg="[^"]*"/, ''),
          input.replace(/;keyid="[^"]*"/, `;keyid="${at(['k2', 'K1', ''], draw)}"`),
          input.replace(/;keyid="[^"]*"/, ''),
          input.replace(/created=\d+/, () => `created=${1_760_000_000 + 1 + draw(59)}`),
          input.replace(/"@method"/, at(['"@path"', '"@query"', '"@method";req', '"content-type"'], draw)),
          input.replace(/^a=/, at(['b=', 'c=', 'a ='], draw)),
          `${input}${at([';tag="t"', ';nonce="n"', ';expires=1999999999', ';x'], draw)}`,
        ],
        draw,
      );
      return { ...r, headers: r.headers.with('signature-input', changed) };
    },
  },
  {
    name: 'labels exchanged',
    of: (r, draw) => {
      const field = at(['signature', 'signature-input'], draw);
      const list = members(r.headers.get(field) as string);
      const swapped = list.map((member) => member.replace(/^[a-z]+/, (label) => (label === 'a' ? 'b' : 'a')));
      const changed = draw(2) === 0 ? swapped : [at(list, draw)];
      return { ...r, headers: r.headers.with(field, changed.join(', ')) };
    },
  },
];

const trimmed = (text: string | undefined): string => (text ?? '').replace(/^[ \t]+|[ \t]+$/g, '');

/** What the request means: two that read alike are one, and accepting both is no fault. */
function meaning({ method, url, headers, body }: SignedRequest): string {
  const fields = ['content-type', 'x-dict', 'content-digest'].map((name) => trimmed(headers.get(name)));
  // Only the member a of x-dict is signed; the lower-case host; white space between dictionary members is free.
  fields[1] = /(?:^|,[ \t]*)a=([^,]*)/.exec(fields[1] as string)?.[1]?.replace(/[ \t]+/g, ' ') ?? '';
  const host = (headers.get('host') ?? '').toLowerCase().replace(/:(443)?$/, '');
  const spaceless = ['signature-input', 'signature'].map((name) =>
    (headers.get(name) ?? '').replace(/[ \t]/g, ''),
  );
  const counts = [...headers].map(([name]) => name.toLowerCase()).sort();
  return JSON.stringify([
    method,
    url,
    fields,
    trimmed(headers.get('x-id')),
    host,
    spaceless,
    counts,
    Buffer.from(body).toString('base64'),
  ]);
}

/** More than this need not be read to see that something is wrong. */
const MAX_SHOWN = 5;

/** Mutates so many times; gives back what was wrongly accepted. */
async function survivors(
  gate: Gate,
  request: SignedRequest,
  mutations: number,
  seed: number,
  shown = MAX_SHOWN,
): Promise<string[]> {
  const draw = randomOf(seed);
  const genuine = meaning(request);
  const wrong: string[] = [];
  for (let run = 0; run < mutations && wrong.length < shown; run++) {
    const mutation = at(MUTATIONS, draw);
    const mutated = mutation.of(request, draw);
    const pending = gate.verify(mutated);
    const verdict = pending instanceof Promise ? await pending : pending;
    if (!verdict.ok || meaning(mutated) === genuine) continue;
    wrong.push(`${mutation.name}: ${JSON.stringify([mutated.method, mutated.url, ...mutated.headers])}`);
  }
  return wrong;
}

const draft = {
  method: 'POST',
  url: '/orders/17?page=1&sort=up',
  headers: {
    Host: 'shop.example',
    'Content-Type': 'application/json',
    'X-Dict': 'a=(x y);q=1, b=2',
    'X-Id': 'e-77',
  },
  body: '{"total":12,"currency":"EUR"}',
};

const gateOf = (algorithm: string, secret: string, options = {}) =>
  createGate({
    scheme: writtenScheme({
      type: 'http-message-signatures',
      algorithm,
      components: COMPONENTS,
      required: ['created', 'alg'],
      ...options,
    }),
    keys: [{ id: 'k1', secret }],
    now: () => NOW,
  });

const SECRET = 'a shared secret of thirty-two by';

const MINUTES = 240_000;

describe('a signed request that was changed at random is never accepted', () => {
  it('hmac-sha256, one signature', { timeout: MINUTES }, async () => {
    const gate = gateOf('hmac-sha256', SECRET);
    const request = await gate.sign(draft);
    expect(await gate.verify(request)).toMatchObject({ ok: true });
    expect(await survivors(gate, request, runs(60_000), 9421)).toEqual([]);
  });

  it('hmac-sha256, two signatures of which one counts', { timeout: MINUTES }, async () => {
    const stranger = createGate({
      scheme: { type: 'http-message-signatures', label: 'b', components: COMPONENTS },
      keys: [{ id: 'k2', secret: 'the secret of somebody else, 32b' }],
      now: () => NOW,
    });
    const gate = gateOf('hmac-sha256', SECRET, { label: 'a' });
    const request = await stranger.sign(await gate.sign(draft));
    expect(await gate.verify(request)).toMatchObject({ ok: true, keyId: 'k1' });
    const wrong = await survivors(gate, request, runs(40_000), 9530, Number.POSITIVE_INFINITY);
    // The other's signature proves nothing here: it may be changed, as long as it is still one.
    const ours = (text: string): boolean => {
      const fields = JSON.parse(text.slice(text.indexOf('['))) as string[][];
      const value = (name: string): string =>
        fields.find((field) => String(field[0]).toLowerCase() === name)?.[1] ?? '';
      return ['signature', 'signature-input'].every(
        (name) => members(value(name))[0] === members(request.headers.get(name) as string)[0],
      );
    };
    expect(wrong.filter((text) => !ours(text))).toEqual([]);
    expect(
      wrong.every((text) => /^(signature|parts of|another|labels)/.test(text)),
      wrong.join('\n'),
    ).toBe(true);
  });

  it.each([
    { algorithm: 'ed25519', pair: generateKeyPairSync('ed25519'), mutations: 3000 },
    {
      algorithm: 'ecdsa-p256-sha256',
      pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
      mutations: 2000,
    },
    {
      algorithm: 'ecdsa-p384-sha384',
      pair: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      mutations: 1000,
    },
    {
      algorithm: 'rsa-pss-sha512',
      pair: RSA_PAIR,
      mutations: 2000,
    },
    {
      algorithm: 'rsa-v1_5-sha256',
      pair: RSA_PAIR,
      mutations: 2000,
    },
  ])('$algorithm', { timeout: MINUTES }, async ({ algorithm, pair, mutations }) => {
    const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const request = await gateOf(algorithm, pkcs8).sign(draft);
    const gate = gateOf(algorithm, spki);
    expect(await gate.verify(request)).toMatchObject({ ok: true });
    expect(await survivors(gate, request, runs(mutations), 9421)).toEqual([]);
  });
});
