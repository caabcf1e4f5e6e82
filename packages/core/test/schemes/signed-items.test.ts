/** Items that are signed one by one, and members of a JSON body as parts of a message. */
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, type Gate, writtenProvider, writtenScheme } from '../../src/index.ts';
import { listElements } from '../../src/text/json-elements.ts';
import { isJsonFault, scanJsonObject } from '../../src/text/json-text.ts';

const KEY = 'a secret of thirty-two characters';
const HEX_KEY = '44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056';
const mac = (message: string, key: string | Buffer = KEY): string =>
  createHmac('sha256', key).update(message).digest('hex');

function gateOf(scheme: object): Gate {
  return createGate({ scheme: writtenScheme({ algorithm: 'hmac-sha256', ...scheme }), keys: [KEY] });
}

const post = (body: unknown) => ({
  method: 'POST',
  url: '/hook',
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

async function reasonOf(gate: Gate, body: unknown): Promise<string> {
  const verdict = await gate.verify(post(body));
  return verdict.ok ? 'ok' : verdict.reason;
}

describe('the elements of a list', () => {
  const bytesOf = (text: string): Uint8Array => Buffer.from(`{"list":${text}}`);

  it('are those that JSON.parse gives, whatever stands in them and about them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 8 }),
        fc.constantFrom(0, 1, '\t'),
        (values, space) => {
          const bytes = bytesOf(JSON.stringify(values, null, space));
          const json = scanJsonObject(bytes);
          if (isJsonFault(json)) return;
          const [list] = json.members;
          const elements = listElements(bytes, list?.valueStart ?? 0, list?.valueEnd ?? 0) ?? [];
          const parsed = elements.map((element) => JSON.parse(Buffer.from(element).toString()));
          expect(parsed).toEqual(JSON.parse(JSON.stringify(values)));
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });

  it.each(['[]', '[ \n ]', '["]","[",{"a]":"}"},[[],[1,[2]]],"\\\\","\\""]', '[ 1 , 2 ]'])(
    'of %s',
    (text) => {
      const bytes = bytesOf(text);
      const elements = listElements(bytes, 8, bytes.length - 1) ?? [];
      expect(elements.map((element) => JSON.parse(Buffer.from(element).toString()))).toEqual(
        JSON.parse(text),
      );
    },
  );

  it.each(['{}', '1', '"[]"', 'null'])('are none of %s', (text) => {
    const bytes = bytesOf(text);
    expect(listElements(bytes, 8, bytes.length - 1)).toBeUndefined();
  });
});

describe('items that are signed one by one', () => {
  const gate = gateOf({
    each: 'data.items.*.inner',
    signature: { member: 'proof.sig', encoding: 'hex' },
    message: '{member:a}|{member:b?:any}|{member:c.d?}',
  });
  const itemOf = (a: unknown, b?: unknown, d?: unknown, key = KEY) => ({
    inner: { a, b, c: { d }, proof: { sig: mac(`${a}|${b ?? ''}|${d ?? ''}`, key) } },
  });
  const bodyOf = (...items: unknown[]) => ({ data: { items } });

  it.each([
    [[itemOf('1')]],
    [[itemOf('1'), itemOf(2, 'é😀"\\', true)]],
    [[itemOf('x', 'y|z'), itemOf('', '|'), itemOf('ü', undefined, false)].slice(0, 1)],
    [Array.from({ length: 16 }, (_, i) => itemOf(i))],
  ])('are taken where each is proved: %j', async (items) => {
    expect(await reasonOf(gate, bodyOf(...items))).toBe('ok');
    expect(await reasonOf(gate, JSON.stringify(bodyOf(...items), null, 2))).toBe('ok');
  });

  it.each(['hex', 'hex-any-case', 'base64', 'base64-unpadded', 'base64url'])(
    'are signed as they are proved, in %s',
    async (encoding) => {
      const own = gateOf({ each: 'items.*', signature: { member: 'sig', encoding }, message: '{member:a}' });
      // Of so many signatures some have each letter of their alphabet.
      const items = Array.from({ length: 16 }, (_, i) => ({ a: `item ${i}` }));
      expect(await own.verify(await own.sign(post({ items })))).toMatchObject({ ok: true });
    },
  );

  it('are refused where one is not, wherever it stands', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.nat({ max: 5 }), async (count, place) => {
        const items = Array.from({ length: count }, (_, i) => itemOf(`a${i}`, i));
        expect(await reasonOf(gate, bodyOf(...items))).toBe('ok');
        const at = place % count;
        const wrong = [
          itemOf(`a${at}`, at, undefined, 'another'),
          { inner: { ...items[at]?.inner, a: 'b' } },
          items[(at + 1) % count]?.inner.a === items[at]?.inner.a
            ? itemOf('z', 1, 2, 'another')
            : { inner: { ...items[at]?.inner, proof: items[(at + 1) % count]?.inner.proof } },
        ];
        for (const item of wrong) {
          const changed = items.map((own, i) => (i === at ? item : own));
          expect(await reasonOf(gate, bodyOf(...changed))).toBe('signature-mismatch');
        }
      }),
      { seed: 9, numRuns: 30 },
    );
  });

  const good = itemOf('1');
  it.each([
    [bodyOf(), 'malformed-body'],
    [{ data: { items: {} } }, 'malformed-body'],
    [{ data: { items: good } }, 'malformed-body'],
    [{ data: [good] }, 'malformed-body'],
    [{}, 'malformed-body'],
    [[], 'malformed-body'],
    ['', 'malformed-body'],
    [bodyOf(good, null), 'malformed-body'],
    [bodyOf(good, [good]), 'malformed-body'],
    [bodyOf(good, {}), 'malformed-body'],
    [bodyOf(good, { inner: 1 }), 'malformed-body'],
    [bodyOf(good, { inner: {} }), 'missing-signature'],
    [bodyOf(good, { inner: { a: 1, proof: { sig: null } } }), 'missing-signature'],
    [bodyOf(good, { inner: { a: 1, proof: { sig: '' } } }), 'missing-signature'],
    [bodyOf(good, { inner: { a: 1, proof: { sig: 'zz' } } }), 'malformed-signature'],
    [bodyOf(good, { inner: { a: 1, proof: { sig: ['ab'] } } }), 'malformed-signature'],
    [bodyOf(...Array.from({ length: 17 }, () => good)), 'malformed-body'],
    [bodyOf(good, { inner: { proof: good.inner.proof } }), 'missing-part'],
    [bodyOf(good, { inner: { ...good.inner, a: 1.5 } }), 'missing-part'],
    [bodyOf(good, { inner: { ...good.inner, a: '1|2' } }), 'missing-part'],
    [bodyOf({ inner: { ...good.inner, more: 'x'.repeat(65_536) } }), 'malformed-body'],
    ['{"data":{"items":[]},"data":{"items":[]}}', 'malformed-body'],
  ])('are refused, whatever else they are: %#', async (body, reason) => {
    expect(await reasonOf(gate, body)).toBe(reason);
  });

  it('of which a value is written twice are refused: two readers might take either', async () => {
    const text = JSON.stringify(bodyOf(good)).replace('"a":"1"', '"a":"2","a":"1"');
    expect(await reasonOf(gate, text)).toBe('malformed-body');
  });

  it('are signed, each with its own signature, and all else stays as it was', async () => {
    const draft = {
      data: { items: [{ inner: { a: '1', proof: {} } }, { x: [1, '}'], inner: { a: 2 } }] },
      z: 'ü',
    };
    const signed = await gate.sign({ method: 'POST', url: '/', body: JSON.stringify(draft) });
    const body = JSON.parse(Buffer.from(signed.body).toString());
    expect(body).toEqual({
      data: {
        items: [
          { inner: { a: '1', proof: { sig: mac('1||') } } },
          { x: [1, '}'], inner: { a: 2, proof: { sig: mac('2||') } } },
        ],
      },
      z: 'ü',
    });
    expect(await gate.verify(signed)).toMatchObject({ ok: true });
  });

  it('that nothing says belong together are so in the report', () => {
    expect(gate.coverage.warnings).toContainEqual({ code: 'separable-items' });
    expect(gate.coverage.covered).toEqual([]);
  });
});

describe('a colon in a message of Adyen', () => {
  const gate = createGate({ provider: writtenProvider('adyen'), keys: [HEX_KEY] });
  const bodyOf = (item: object, message: string) => ({
    notificationItems: [
      {
        NotificationRequestItem: {
          ...item,
          additionalData: {
            hmacSignature: Buffer.from(mac(message, Buffer.from(HEX_KEY, 'hex')), 'hex').toString('base64'),
          },
        },
      },
    ],
  });

  it('may stand in the merchant’s reference', async () => {
    const item = { pspReference: 'p', merchantReference: 'order:1', eventCode: 'REFUND', success: 'true' };
    expect(await reasonOf(gate, bodyOf(item, 'p:::order:1:::REFUND:true'))).toBe('ok');
  });

  it.each([
    {
      pspReference: 'p',
      originalReference: ':order',
      merchantReference: '1',
      eventCode: 'REFUND',
      success: 'true',
    },
    { pspReference: 'p', merchantAccountCode: 'order', merchantReference: '1::', eventCode: 'REFUND:true' },
    { pspReference: 'p::', merchantAccountCode: 'order:1', eventCode: 'REFUND', success: 'true' },
  ])('is moved nowhere else: %j', async (item) => {
    expect(await reasonOf(gate, bodyOf(item, 'p:::order:1:::REFUND:true'))).not.toBe('ok');
  });
});

describe('members of a body that is signed as one', () => {
  const gate = gateOf({
    signature: { header: 'x-sig', encoding: 'hex' },
    message: '{member:a.b}.{member:n}.{member:flag?}',
  });
  const verify = async (body: string, message: string) => {
    const verdict = await gate.verify({ ...post(body), headers: { 'x-sig': mac(message) } });
    return verdict.ok ? 'ok' : verdict.reason;
  };

  it.each([
    ['{"a":{"b":"x\\u00e9"},"n":12}', 'xé.12.'],
    ['{"a":{"b":""},"n":-7,"flag":true}', '.-7.true'],
    ['{"n":"0","flag":null,"a":{"b":"y"}}', 'y.0.'],
  ])('of %s', async (body, message) => {
    expect(await verify(body, message)).toBe('ok');
    expect(await verify(body, `${message}x`)).toBe('signature-mismatch');
  });

  it.each(['{"n":1}', '{"a":{"b":{}},"n":1}', '{"a":{"b":"1"},"n":1.5}', '{"a":{"b":"1.2"},"n":1}'])(
    'are missing in %s',
    async (body) => {
      expect(await verify(body, '')).toBe('missing-part');
    },
  );

  it('are read of a JSON object only', async () => {
    expect(await verify('a=1', '')).toBe('malformed-body');
  });
});
