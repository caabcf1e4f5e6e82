/** What cannot be read is not absent: a body that throws, or whose memory is gone, is never judged as an empty one. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createGate, type RequestParts, requestFrom, SetupError } from '../src/index.ts';
import { REQUEST_MEMBERS } from '../src/request-from.ts';

const SECRET = 'a secret of more than sixteen bytes';
const ofNothing = `sha256=${createHmac('sha256', SECRET).update('').digest('hex')}`;
const whole = {
  method: 'POST',
  url: '/hook',
  headers: { 'x-hub-signature-256': ofNothing },
  body: '',
} as const;

/** What a caller gets: a verdict or an error. */
async function told(request: unknown): Promise<unknown> {
  const gate = createGate({ provider: 'github', keys: [{ secret: SECRET }] });
  try {
    return await gate.verify(request as RequestParts);
  } catch (error) {
    return error;
  }
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function throwing(): unknown {
  const fail = (): never => {
    throw new RangeError('no');
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail });
}

function outOfBounds<T extends ArrayBufferView>(view: (buffer: ArrayBuffer) => T): T {
  const buffer = new ArrayBuffer(64, { maxByteLength: 64 });
  const made = view(buffer);
  buffer.resize(8);
  return made;
}

it('the request by which the others are made is accepted', async () => {
  expect(await told(whole)).toMatchObject({ ok: true });
});

describe('a member that cannot be read', () => {
  for (const name of [...REQUEST_MEMBERS, 'originalUrl', 'rawHeaders', 'then', 'arrayBuffer']) {
    it(`is refused by name: ${name}, whose getter throws`, async () => {
      const fail = (): never => {
        throw new RangeError('no');
      };
      class ServerRequest {}
      // A plain object is not asked for what a server’s own request has.
      const isAsked = !['originalUrl', 'rawHeaders'].includes(name);
      const server = Object.assign(new ServerRequest(), whole);
      for (const source of isAsked ? [{ ...whole }, server] : [server]) {
        Object.defineProperty(source, name, { get: fail, enumerable: true });
        const error = await told(source);
        expect(error).toBeInstanceOf(SetupError);
        if (REQUEST_MEMBERS.includes(name)) expect(error).toMatchObject({ option: `request.${name}` });
      }
    });
  }

  for (const name of REQUEST_MEMBERS) {
    it.each([
      ['a revoked proxy', revoked],
      ['a proxy that throws', throwing],
    ])(`is refused: ${name}, which is %s`, async (_what, make) => {
      expect(await told({ ...whole, [name]: make() })).toBeInstanceOf(SetupError);
    });
  }

  it.each([
    ['a revoked proxy', revoked],
    ['a proxy that throws', throwing],
  ])('is refused: the request itself, which is %s', async (_what, make) => {
    expect(await told(make())).toBeInstanceOf(SetupError);
    expect(() => requestFrom(make() as RequestParts)).toThrow('reading it throws');
  });
});

describe('a view out of the bounds of its buffer', () => {
  const views: readonly (readonly [string, (buffer: ArrayBuffer) => ArrayBufferView])[] = [
    ...[Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array, Uint32Array, Int32Array].map(
      (View) => [View.name, (buffer: ArrayBuffer) => new View(buffer, 16, 2)] as const,
    ),
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array].map(
      (View) => [View.name, (buffer: ArrayBuffer) => new View(buffer, 16, 2)] as const,
    ),
    ['DataView', (buffer) => new DataView(buffer, 16, 2)],
    ['Buffer', (buffer) => Buffer.from(buffer, 16, 2)],
    ['Uint8Array of what is left', (buffer) => new Uint8Array(buffer, 16)],
  ];
  it.each(views)('is memory given away, and no empty body: %s', async (_name, view) => {
    const error = await told({ ...whole, body: outOfBounds(view) });
    expect(error).toBeInstanceOf(SetupError);
    expect(error).toMatchObject({ option: 'request.body' });
    expect(String(error)).toContain('whose memory was given away');
  });

  it.each(views)('is a body like every other where it is within them: %s', async (_name, view) => {
    const buffer = new ArrayBuffer(64, { maxByteLength: 64 });
    expect(await told({ ...whole, body: view(buffer) })).toMatchObject({
      ok: false,
      reason: 'signature-mismatch',
    });
  });

  it('is no empty one where it has no bytes and is within them', async () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
    expect(await told({ ...whole, body: new Uint8Array(buffer, 8) })).toMatchObject({ ok: true });
  });
});
