/** A label that is not understood, or proves nothing, does not condemn one that proves the request; and never becomes a proof. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { parseDictionary } from 'structured-headers';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../scripts/effort.ts';
import { createGate, type Gate, requestFrom, type SignedRequest, type Verdict } from '../../src/index.ts';

const NOW = 1_760_000_000_000;
const T = NOW / 1000;
const SECRETS = { k1: 'a shared secret of thirty-two by', k2: 'another secret of thirty-two byt' };
const BODY = '{"total":12}';
const VALUES: Readonly<Record<string, string>> = {
  '"@method"': 'POST',
  '"@target-uri"': 'https://shop.example/orders?page=1',
  '"content-digest"': 'sha-256=:D/0l8Si6J9/NuiBS4p/Xn+55OxuKTwKM44I8eOMVBLU=:',
};

const gate = (options: object = {}, nowMs = NOW): Gate =>
  createGate({
    provider: { id: 'http-message-signatures', components: ['@method', '@target-uri'], ...options },
    keys: Object.entries(SECRETS).map(([id, secret]) => ({ id, secret })),
    now: () => nowMs,
  });

interface Member {
  readonly input: string;
  readonly signature: string;
}

/** A member that the key signs. */
function member(
  params: string,
  secret: string = SECRETS.k1,
  components = ['"@method"', '"@target-uri"'],
): Member {
  const input = `(${components.join(' ')})${params}`;
  const lines = components.map((name) => `${name}: ${VALUES[name]}\n`).join('');
  const mac = createHmac('sha256', secret).update(`${lines}"@signature-params": ${input}`);
  return { input, signature: `:${mac.digest('base64')}:` };
}

const GOOD = member(`;created=${T};keyid="k1"`);

function requestOf(members: readonly (readonly [label: string, member: Partial<Member>])[]): SignedRequest {
  const field = (part: keyof Member): string =>
    members
      .filter(([, one]) => one[part] !== undefined)
      .map(([label, one]) => (one[part] === '' ? label : `${label}=${one[part]}`))
      .join(', ');
  return requestFrom({
    method: 'POST',
    url: '/orders?page=1',
    headers: { host: 'shop.example', 'signature-input': field('input'), signature: field('signature') },
    body: BODY,
  });
}

const said = (verdict: Verdict): string => (verdict.ok ? `by ${verdict.keyId}` : verdict.reason);

const signed = (params: string, components?: string[]): Member => member(params, SECRETS.k1, components);
const withInput = (input: string): Member => ({ ...GOOD, input });
const withSignature = (signature: string): Member => ({ ...GOOD, signature });

const BAD: Readonly<Record<string, Partial<Member>>> = {
  'a component that nobody knows': withInput('("@unknown");created=1'),
  'a component of a response': withInput('("@status")'),
  'a component twice': withInput('("@method" "@method")'),
  'a component’s unknown parameter': withInput('("x";foo)'),
  'a component that is not a string': withInput('(method)'),
  'a field that is not there': withInput(`("x-none");created=${T}`),
  'a trailer': withInput('("x";tr)'),
  '33 components': withInput(`(${Array.from({ length: 33 }, (_, i) => `"x${i}"`).join(' ')})`),
  'no list': withInput('"@method"'),
  'a flag': withInput(''),
  'created that is a text': withInput('("@method");created="1"'),
  'created that is a decimal': withInput('("@method");created=1.0'),
  'created in a second spelling': withInput(`("@method");created=0${T}`),
  'created before 1970': withInput('("@method");created=-1'),
  'created in milliseconds': signed(`;created=${NOW};keyid="k1"`),
  'a parameter twice': withInput(`("@method");created=${T};created=${T}`),
  'keyid that is a token': withInput('("@method");keyid=k1'),
  'alg that is a token': withInput('("@method");alg=ed25519'),
  'an alg that nobody knows, signed': signed(`;created=${T};keyid="k1";alg="rsa-v9"`),
  'the alg of another gate, signed': signed(`;created=${T};keyid="k1";alg="ed25519"`),
  'an unknown key': member(`;created=${T};keyid="k9"`, 'the secret of somebody else, 32b'),
  'an unknown key id over a known secret': signed(`;created=${T};keyid="k9"`),
  'another key’s id over a known secret': signed(`;created=${T};keyid="k2"`),
  'a wrong signature': member(`;created=${T};keyid="k1"`, SECRETS.k2),
  'a wrong signature without a key id': member(`;created=${T}`, 'the secret of somebody else, 32b'),
  'too little covered, signed': signed(`;created=${T};keyid="k1"`, ['"@method"']),
  'nothing covered, signed': signed(`;created=${T};keyid="k1"`, []),
  'no created, signed': signed(';keyid="k1"'),
  'created long ago, signed': signed(`;created=${T - 10_000};keyid="k1"`),
  'created ahead, signed': signed(`;created=${T + 10_000};keyid="k1"`),
  'expired, signed': signed(`;created=${T};expires=${T - 1};keyid="k1"`),
  'a signature of no bytes': withSignature('::'),
  'a short signature': withSignature(':AQI=:'),
  'a long signature': withSignature(`:${Buffer.alloc(64).toString('base64')}:`),
  'a signature that is a text': withSignature('"AQI="'),
  'a signature that is a token': withSignature('AQI'),
  'a signature that is a flag': withSignature(''),
  'a signature that is a list': withSignature('(:AQI=:)'),
  'a signature with a parameter': withSignature(`${GOOD.signature};x=1`),
  'a signature without padding': withSignature(GOOD.signature.replace('=', '')),
  'no signature': { input: GOOD.input },
  'no input': { signature: GOOD.signature },
};

describe.each(Object.entries(BAD))('%s', (_what, bad) => {
  it('is passed over beside a good one, in either order and by either key', async () => {
    const other = member(`;created=${T};keyid="k2"`, SECRETS.k2);
    for (const [good, keyId] of [
      [GOOD, 'k1'],
      [other, 'k2'],
    ] as const) {
      for (const order of [
        [
          ['bad', bad],
          ['good', good],
        ],
        [
          ['good', good],
          ['bad', bad],
        ],
        [
          ['bad', bad],
          ['good', good],
          ['worse', bad],
        ],
      ] as const) {
        const request = requestOf(order);
        expect(said(await gate().verify(request))).toBe(`by ${keyId}`);
        expect(said(await gate({ label: 'good' }).verify(request))).toBe(`by ${keyId}`);
        expect((await gate({ label: 'bad' }).verify(request)).ok).toBe(false);
        const forged = { ...request, url: '/orders?page=2' };
        expect((await gate().verify(forged)).ok).toBe(false);
      }
    }
  });

  it('is refused alone', async () => {
    expect((await gate().verify(requestOf([['bad', bad]]))).ok).toBe(false);
  });
});

it('a label that stands twice is passed over, and one beside it counts', async () => {
  const twice = [
    ['a', GOOD],
    ['a', GOOD],
  ] as const;
  expect(said(await gate().verify(requestOf(twice)))).toBe('malformed-signature');
  expect(said(await gate().verify(requestOf([...twice, ['b', GOOD]])))).toBe('by k1');
});

it('what is not a dictionary is malformed, whatever else it holds', async () => {
  for (const input of ['(', '("x)', '("x") y', '@', '=()', ',', '("x"),', '("caf\u00e9")', '"a']) {
    for (const order of [0, 1]) {
      const members = [
        ['bad', withInput(input)],
        ['good', GOOD],
      ] as const;
      const request = requestOf(order === 0 ? members : [...members].reverse());
      expect(said(await gate().verify(request)), input).toBe('malformed-signature');
    }
  }
});

/** Members of a dictionary’s text, and whether it is one. */
function isDictionary(text: string): boolean {
  try {
    return parseDictionary(text).size > 0;
  } catch {
    return false;
  }
}

it('any change of one label, beside a good one, neither condemns it nor proves anything', {
  timeout: 240_000,
}, async () => {
  const characters = fc.constantFrom(
    ...';=":(), @?%\\*aZ1-.\t_/'.split(''),
    'created=1',
    '"@method"',
    ';req',
    'é',
  );
  const spoilt = fc.tuple(
    fc.constantFrom<keyof Member>('input', 'signature'),
    fc.nat(),
    fc.nat({ max: 3 }),
    fc.oneof(characters, fc.constant('')),
    fc.boolean(),
    fc.boolean(),
  );
  const stranger = member(`;created=${T};keyid="k9";nonce="a b"`, 'the secret of somebody else, 32b');
  let kept = 0;
  const numRuns = runs(20_000);
  await fc.assert(
    fc.asyncProperty(spoilt, async ([part, at, cut, put, isFirst, isOurs]) => {
      const genuine = isOurs ? GOOD : stranger;
      const text = genuine[part];
      const from = at % (text.length + 1);
      const changed = { ...genuine, [part]: text.slice(0, from) + put + text.slice(from + cut) };
      const members = [
        ['bad', changed],
        ['good', GOOD],
      ] as const;
      const request = requestOf(isFirst ? members : [...members].reverse());
      const verdict = await gate().verify(request);
      const fields = ['signature-input', 'signature'].map((name) => request.headers.get(name) ?? '');
      if (fields.every(isDictionary)) {
        kept++;
        expect(said(verdict), fields.join('\n')).toBe('by k1');
      } else expect(said(verdict), fields.join('\n')).toBe('malformed-signature');
      // Without the good one it proves nothing, unless it is what was signed.
      const alone = await gate().verify(requestOf([['bad', changed]]));
      const meant = (one: Member): string => `${one.input}\n${one.signature}`.replaceAll(/[ \t]/g, '');
      if (alone.ok) expect(meant(changed)).toBe(meant(GOOD));
    }),
    { numRuns, seed: 9421 },
  );
  expect(kept).toBeGreaterThan(numRuns / 8);
});

it('counts the signatures that could be judged, whether one proves the request or none does', async () => {
  const forged = (params: string): Member => member(params, 'a secret that nobody has, of 32 by');
  const other = forged(`;created=${T - 1};keyid="k2"`);
  const again = forged(`;created=${T};keyid="k1"`);
  for (const [members, signatures] of [
    [[GOOD], 1],
    [[again], 1],
    [[GOOD, other], 2],
    [[other, GOOD], 2],
    [[again, GOOD], 2],
    [[again, other], 2],
    [[again, other, GOOD], 3],
  ] as const) {
    const verdict = await gate().verify(requestOf(members.map((one, i) => [`s${i}`, one] as const)));
    expect(verdict.ok).toBe(members.some((one) => one === GOOD));
    expect(verdict.evidence.signatures).toBe(signatures);
  }
});
