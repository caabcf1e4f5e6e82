import { type GateOptions, HeaderList, type SignedRequest } from '@countersign/core';
import { signatureHeaders, verify } from 'web-bot-auth';
import { signerFromJWK, verifierFromJWK } from 'web-bot-auth/crypto';
import { type Exchange, ourSide } from '../exchange.ts';
import { ED25519, pemOf } from './keys.ts';

const URL_TEXT = 'https://shop.example/catalogue?page=2';
const AGENT = '"https://bot.example"';

export async function exchanges(): Promise<readonly Exchange[]> {
  const jwk = ED25519.privateKey.export({ format: 'jwk' });
  const { d: _secret, ...publicJwk } = jwk;
  const signer = await signerFromJWK(jwk);
  const verifier = await verifierFromJWK(publicJwk);
  return [
    { name: 'the authority', headers: {}, components: ['@authority'] },
    {
      name: 'the authority and Signature-Agent',
      headers: { 'signature-agent': AGENT },
      components: ['@authority', 'signature-agent'],
    },
  ].map(({ name, headers, components }): Exchange => {
    const unsigned = request({ host: 'shop.example', ...headers });
    const options = (pem: string): GateOptions => ({
      provider: {
        id: 'http-message-signatures',
        algorithm: 'ed25519',
        components,
        required: ['created', 'expires', 'keyid', 'tag'],
        tag: 'web-bot-auth',
      },
      keys: [{ id: signer.keyid, secret: pem }],
    });
    return {
      name: `ed25519, ${name}`,
      theirs: {
        async sign() {
          const created = new Date();
          const expires = new Date(created.getTime() + 60_000);
          const signed = await signatureHeaders(fetchRequestOf(unsigned), signer, { created, expires });
          const all = unsigned.headers
            .with('signature-input', signed['Signature-Input'])
            .with('signature', signed['Signature']);
          return { ...unsigned, headers: all };
        },
        async accepts(received) {
          await verify(fetchRequestOf(received), verifier);
          return true;
        },
      },
      ours: ourSide(options(pemOf(ED25519.publicKey)), options(pemOf(ED25519.privateKey)), () => unsigned),
      tamper: (received) => ({
        ...received,
        url: received.url.replace('shop.example', 'bank.example'),
        headers: received.headers.with('host', 'bank.example'),
      }),
    };
  });
}

function request(headers: Readonly<Record<string, string>>): SignedRequest {
  return { method: 'GET', url: URL_TEXT, headers: HeaderList.from(headers), body: new Uint8Array(0) };
}

function fetchRequestOf({ method, url, headers }: SignedRequest): Request {
  return new Request(url, {
    method,
    headers: [...headers].map(([name, value]) => [name, value] as [string, string]),
  });
}
