/** The schema of whom a gate lets in before it judges a proof; see `gate-schema.ts`. */
import type { AddressRange, ClientsConfig, Rate, RateConfig } from './config.ts';
import type { ClientsInput, RateInput } from './config-input.ts';
import { optional } from './left-out.ts';
import { addressRange, integer, readable } from './schema-leaves.ts';
import { into, list, mapping, type Optional, type Schema } from './shape.ts';
import { HOUR, MINUTE, SECOND } from './units.ts';

/** The members of a gate. */
export function admissionShape(): {
  readonly allowFrom: Optional<readonly AddressRange[], readonly string[]>;
  readonly clients: Optional<ClientsConfig, ClientsInput>;
  readonly rate: Optional<RateConfig, RateInput>;
} {
  return {
    allowFrom: optional(
      list(addressRange(), {
        expected: 'a list of IP addresses and CIDR ranges, such as [192.0.2.7, 10.0.0.0/8]',
        atLeastOne: 'at least one address or range',
        description:
          'Client addresses that are let in (IP allow-list), addresses and CIDR ranges; behind trusted proxies, the addresses that those report. All others are refused with 403 before their body is read.',
      }),
      'any address',
    ),
    clients: optional(clientsSchema(), 'no certificate is needed'),
    rate: optional(rateSchema(), 'as many as come'),
  };
}

const SAN = /^(DNS|URI|IP|email):([\x21-\x7e]{1,1000})$/;

function clientsSchema(): Schema<ClientsConfig, ClientsInput> {
  const written = mapping(
    'Clients that are let in by their TLS certificates (mTLS); one name or fingerprint of the lists suffices, and {} stands for every client of listen.tls.ca.',
    {
      sans: optional(
        list(
          readable<string>(
            {
              expected:
                'a name with its kind, such as DNS:partner.example or URI:spiffe://example.com/partner',
              description: 'A subject alternative name, with its kind.',
              pattern: SAN,
            },
            (text) => {
              const [, kind, name] = SAN.exec(text) ?? [];
              if (kind === undefined || name === undefined)
                return /^[A-Za-z0-9.*-]+$/.test(text)
                  ? { misfit: true, suggestion: `DNS:${text}` }
                  : { misfit: true };
              return `${kind}:${kind === 'DNS' ? name.toLowerCase() : name}`;
            },
          ),
          {
            expected: 'a list of names, such as [DNS:partner.example]',
            atLeastOne: 'at least one name',
            description:
              'Subject alternative names, with their kinds (DNS, URI, IP, email). Compared as a whole: no wildcards.',
          },
        ),
        'any',
      ),
      fingerprints: optional(
        list(
          readable<string>(
            {
              expected: 'a SHA-256 fingerprint: 64 hex digits, with or without colons',
              description: 'The SHA-256 fingerprint of a certificate.',
              pattern: /^([0-9A-Fa-f]{2}:?){32}$/,
            },
            (text) => {
              const digits = text.replaceAll(':', '').toLowerCase();
              return /^[0-9a-f]{64}$/.test(digits) ? digits : { misfit: true };
            },
          ),
          {
            expected: 'a list of SHA-256 fingerprints',
            atLeastOne: 'at least one fingerprint',
            description:
              'SHA-256 fingerprints of certificates, as `openssl x509 -noout -fingerprint -sha256` prints.',
          },
        ),
        'any',
      ),
    },
    '{ sans: [DNS:partner.example] }',
  );
  return into(written, ({ sans = [], fingerprints = [] }) => ({ sans, fingerprints }));
}

const PERIODS: ReadonlyMap<string, number> = new Map([
  ['s', SECOND],
  ['min', MINUTE],
  ['h', HOUR],
]);

function rateSchema(): Schema<RateConfig, RateInput> {
  return mapping(
    'Rate limits, before anything is verified or a body is read; what is beyond them is refused with 429 and Retry-After.',
    {
      perClient: optional(
        rate(
          'Requests of one client address (IPv6: one /64). The 10,000 that came last are remembered.',
          '100/min',
        ),
        'no limit',
      ),
      burst: optional(
        integer('How many of them one client may make at once.', { min: 1, max: 1_000_000 }),
        'the number of perClient',
      ),
      total: optional(rate('Requests of all clients together.', '1000/s'), 'no limit'),
    },
    '{ perClient: 100/min }',
  );
}

function rate(description: string, example: string): Schema<Rate, string> {
  return readable<Rate>(
    {
      expected: `a number of requests from 1 to 1000000 and a time, s, min or h, such as ${example}`,
      description,
      pattern: /^\d{1,7}\/(s|min|h)$/,
    },
    (text) => {
      const [, digits = '', period = ''] = /^(\d{1,7})\/(s|min|h)$/.exec(text) ?? [];
      const requests = Number(digits);
      const perMs = PERIODS.get(period);
      if (perMs !== undefined && requests >= 1 && requests <= 1_000_000) return { requests, perMs };
      const meant = /^\s*(\d{1,7})\s*(?:\/|per)\s*(s|m|h)[a-z]*\s*$/i.exec(text);
      return perMs === undefined && meant?.[2] !== undefined
        ? { misfit: true, suggestion: `${meant[1]}/${{ s: 's', m: 'min', h: 'h' }[meant[2].toLowerCase()]}` }
        : { misfit: true };
    },
  );
}
