/** Of whatever header says where keys are: no address by number, none but https, and the same answer whoever asks; cheaply. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../src/index.ts';
import {
  AGENT_HEADERS,
  agentAddress,
  identityOf,
} from '../../src/schemes/message-signatures/keys/agent-address.ts';
import { agentKeyName, namedKey } from '../../src/schemes/message-signatures/keys/agent-key-name.ts';
import { isPublicName } from '../../src/schemes/message-signatures/keys/public-name.ts';
import {
  readSignatureFields,
  type SignatureInput,
} from '../../src/schemes/message-signatures/signature-input.ts';

function inputOf(header: string): SignatureInput {
  const fields = readSignatureFields(`sig1=("${header}");keyid="k"`, 'sig1=:AA==:');
  if ('reason' in fields) throw new Error(fields.problem);
  return fields.inputs[0] as SignatureInput;
}

const addressOf = (header: (typeof AGENT_HEADERS)[number], text: string) =>
  agentAddress(new HeaderList([header, text]), inputOf(header), header);

const host = fc.oneof(
  fc.domain(),
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6().map((address) => `[${address}]`),
  fc.constantFrom('localhost', 'a.local', '1.2', '0177.1', '127.0.0.1.nip.io', 'xn--a.example', 'a..example'),
);
const path = fc.oneof(
  fc.constantFrom(
    '',
    '/',
    '/.well-known/ucp',
    '/.well-known/../x',
    '/.well-known/%2e%2e/x',
    '/.well-known/a/b',
  ),
  fc.webPath(),
);
const address = fc
  .tuple(fc.constantFrom('https', 'http', 'HTTPS', 'ftp', 'data'), host, path)
  .map(([scheme, name, rest]) => `${scheme}://${name}${rest}`);

describe('the address of an agent', () => {
  it('is https, of a public name, without anything that could give it a second name', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...AGENT_HEADERS),
        fc.oneof(address, fc.string(), fc.webUrl()),
        fc.constantFrom('', ';type=jwks_uri', ';type=directory', ';type=cimd'),
        (header, text, type) => {
          const written = JSON.stringify(text);
          const field = header === 'ucp-agent' ? `profile=${written}` : `sig1=${written}${type}`;
          const read = addressOf(header, field);
          if ('reason' in read) return;
          const url = new URL(read.url);
          expect(url.protocol).toBe('https:');
          expect(url.href).toBe(read.url);
          expect(isPublicName(url.hostname)).toBe(true);
          expect(/^[\d.]+$|^\[/.test(url.hostname)).toBe(false);
          expect([url.search, url.hash, url.username, url.password].join('')).toBe('');
          expect(read.identity).toBe(identityOf(url));
          // A host is the identity of what is under /.well-known alone.
          const isOfHost = /^\/\.well-known\/[^/%]+$/.test(url.pathname);
          expect([url.host, url.href]).toContain(read.identity);
          if (!isOfHost) expect(read.identity).toBe(url.href);
        },
      ),
    );
  });

  it('is read or refused, whatever the header holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_HEADERS), fc.string({ unit: 'binary-ascii' }), (header, text) => {
        const read = addressOf(header, text);
        expect('reason' in read || read.url.startsWith('https://')).toBe(true);
      }),
    );
  });

  it('is one name with the id of a key, from which both are read again', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.constantFrom('keys', 'client'), fc.string(), (url, form, keyId) => {
        const { href } = new URL(url);
        const name = agentKeyName({ url: href, form }, keyId);
        const { place, ...named } = namedKey(name);
        expect(named).toEqual({ name, url: href, form, keyId });
        const other = agentKeyName({ url: href, form: form === 'keys' ? 'client' : 'keys' }, keyId);
        expect(place).not.toBe(namedKey(other).place);
      }),
    );
  });
});
