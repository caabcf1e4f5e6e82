/** The schema of `listen`; see `schema.ts`. */
import { resolve as resolvePath } from 'node:path';
import type { ListenAddress } from './addresses.ts';
import type { ListenConfig, PemSource, TlsConfig } from './config.ts';
import type { ListenInput, TlsInput } from './config-input.ts';
import { DEFAULTS } from './defaults.ts';
import { optional, withDefault } from './left-out.ts';
import { readAddress } from './read-text.ts';
import { addressRange, oneOf, readable } from './schema-leaves.ts';
import { Secret } from './secret.ts';
import { into, list, mapping, type Schema } from './shape.ts';

/** What the schema makes of `listen`: paths are as written. */
export type ReadListen = ListenConfig;

const ADDRESS = 'an address with its port, such as 127.0.0.1:8787 or [::1]:8787';
const ADDRESS_PATTERN = /^(\[[0-9A-Fa-f:.%a-z]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/;

/** Makes the schema of `listen`. */
export function listenSchema(): Schema<ReadListen, ListenInput> {
  const written = mapping(
    'Addresses of the two listeners, and their TLS.',
    {
      public: withDefault(
        readable(
          {
            expected: ADDRESS,
            pattern: ADDRESS_PATTERN,
            description:
              'The public listener, where senders connect: host:port; port 0 lets the system choose.',
          },
          readAddress,
        ),
        DEFAULTS.public,
      ),
      admin: withDefault(
        readable<ListenAddress | 'off'>(
          {
            expected: `${ADDRESS}; or off`,
            pattern: new RegExp(`${ADDRESS_PATTERN.source}|^off$`),
            description:
              'The admin listener, for health and the admin API: host:port, or off. An address that other machines can reach needs admin.token.',
          },
          (text) => (text === 'off' ? text : readAddress(text)),
        ),
        DEFAULTS.admin,
      ),
      tls: optional(
        tlsSchema(
          'TLS on the public listener, with HTTP/1.1. Without it the listener takes plain HTTP, for a proxy in front that ends TLS.',
        ),
        'plain HTTP',
      ),
      adminTls: optional(tlsSchema('TLS on the admin listener.'), 'plain HTTP'),
      trustedProxies: withDefault(
        list(addressRange(), {
          expected: 'a list of IP addresses and CIDR ranges, such as [127.0.0.1, 10.0.0.0/8]',
          description:
            'Proxies, addresses and CIDR ranges, whose X-Forwarded headers are trusted (-For, -Proto, -Host: the proxy must set or remove all three).',
        }),
        [],
      ),
    },
    '{ public: 127.0.0.1:8787 }',
  );
  return into(written, ({ admin, ...rest }) => (admin === 'off' ? rest : { ...rest, admin }));
}

function tlsSchema(description: string): Schema<TlsConfig, TlsInput> {
  return mapping(
    description,
    {
      cert: pem(
        'The certificate and those between it and its authority, in this order: a file in PEM (relative to this file), or its text. A file that changes is read again within half a minute; connections go on.',
        'CERTIFICATE',
      ),
      key: {
        ...pem('Its private key: a file in PEM, read again as cert is, or its text.', 'PRIVATE KEY'),
        conceals: 'whole' as const,
      },
      ca: optional(
        pem(
          'The certificate authorities that clients’ certificates must come from (mTLS), and no others: a file in PEM, read again as cert is, or its text.',
          'CERTIFICATE',
        ),
        'none; must be given if clients are asked for certificates',
      ),
      clientCertificates: withDefault(
        oneOf(
          ['none', 'optional', 'required'],
          'Whether clients are asked for a certificate (mutual TLS). required ends every handshake without a valid one; optional leaves it to each gate’s clients.',
        ),
        'none',
      ),
      minVersion: withDefault(oneOf(['TLSv1.2', 'TLSv1.3'], 'The oldest version of TLS.'), 'TLSv1.2'),
    },
    '{ cert: ./cert.pem, key: ./key.pem }',
  );
}

const BEGIN = /-----BEGIN ([A-Z0-9 ]+)-----/;

/** @param label what the first block of a text must be, or end with. */
function pem(description: string, label: string): Schema<PemSource, string> {
  return readable<PemSource>(
    { expected: `a path of a PEM file, or the text of a ${label.toLowerCase()} in PEM`, description },
    (text) => {
      if (text.trim() === '') return { misfit: true, problem: 'is empty' };
      const block = BEGIN.exec(text)?.[1];
      if (block === undefined) return /[\r\n\0]/.test(text) ? { misfit: true } : { kind: 'file', file: text };
      return block.endsWith(label)
        ? { kind: 'text', pem: new Secret(text) }
        : { misfit: true, problem: `begins with a ${block.toLowerCase()}` };
    },
  );
}

/** Paths made absolute. */
export function resolveListen({ tls, adminTls, ...rest }: ReadListen, baseDir: string): ListenConfig {
  return {
    ...rest,
    ...(tls && { tls: resolveTls(tls, baseDir) }),
    ...(adminTls && { adminTls: resolveTls(adminTls, baseDir) }),
  };
}

function resolveTls({ cert, key, ca, ...rest }: TlsConfig, baseDir: string): TlsConfig {
  const resolve = (source: PemSource): PemSource =>
    source.kind === 'text' ? source : { kind: 'file', file: resolvePath(baseDir, source.file) };
  return { ...rest, cert: resolve(cert), key: resolve(key), ...(ca && { ca: resolve(ca) }) };
}
