import { lookup } from 'node:dns/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AddressFault, createAddressJudge } from '../../src/outgoing/address-policy.ts';
import { isMetadataAddress, isMetadataHost } from '../../src/outgoing/metadata-addresses.ts';

const publicOnly = createAddressJudge('public');
const configured = createAddressJudge('configured');

/** First, last and a middle address of each range, and the two beside it. */
const IPV4: readonly (readonly [AddressFault | undefined, readonly string[]])[] = [
  ['reserved', ['0.0.0.0', '0.0.0.1', '0.255.255.255']],
  [undefined, ['1.0.0.0', '1.1.1.1', '8.8.8.8', '9.255.255.255']],
  ['private', ['10.0.0.0', '10.1.2.3', '10.255.255.255']],
  [undefined, ['11.0.0.0', '100.63.255.255']],
  ['private', ['100.64.0.0', '100.100.100.199', '100.127.255.255']],
  [undefined, ['100.128.0.0', '126.255.255.255']],
  ['loopback', ['127.0.0.0', '127.0.0.1', '127.1.2.3', '127.255.255.255']],
  [undefined, ['128.0.0.0', '169.253.255.255']],
  ['link-local', ['169.254.0.0', '169.254.1.1', '169.254.169.253', '169.254.255.255']],
  [undefined, ['169.255.0.0', '172.15.255.255']],
  ['private', ['172.16.0.0', '172.20.1.1', '172.31.255.255']],
  [undefined, ['172.32.0.0', '191.255.255.255']],
  ['reserved', ['192.0.0.0', '192.0.0.255', '192.0.2.0', '192.0.2.255']],
  [undefined, ['192.0.1.0', '192.0.3.0', '192.88.98.255']],
  ['reserved', ['192.88.99.0', '192.88.99.1', '192.88.99.255']],
  [undefined, ['192.88.100.0', '192.167.255.255']],
  ['private', ['192.168.0.0', '192.168.1.1', '192.168.255.255']],
  [undefined, ['192.169.0.0', '198.17.255.255']],
  ['reserved', ['198.18.0.0', '198.19.255.255', '198.51.100.0', '198.51.100.255']],
  [undefined, ['198.20.0.0', '198.51.99.255', '198.51.101.0', '203.0.112.255']],
  ['reserved', ['203.0.113.0', '203.0.113.255']],
  [undefined, ['203.0.114.0', '223.255.255.255']],
  ['multicast', ['224.0.0.0', '224.0.0.1', '239.255.255.255']],
  ['reserved', ['240.0.0.0', '254.1.1.1', '255.255.255.255']],
];

const IPV6: readonly (readonly [AddressFault | undefined, readonly string[]])[] = [
  ['reserved', ['::', '0:0:0:0:0:0:0:0', '::2', '::5', '100::1', '100:0:0:1::1', '1fff:ffff::1']],
  ['loopback', ['::1', '0:0:0:0:0:0:0:1', '0000:0000:0000:0000:0000:0000:0000:0001']],
  // Compatible, SIIT: nobody sends to them but to get past a check.
  ['reserved', ['::127.0.0.1', '::7f00:1', '::8.8.8.8', '::ffff:0:127.0.0.1', '::ffff:0:808:808']],
  ['private', ['fc00::', 'fc00::1', 'fd12:3456::1', 'fdff:ffff::1', 'fec0::1', 'feff::1']],
  ['link-local', ['fe80::1', 'fe80::1%eth0', 'FE80::A', 'febf:ffff::1']],
  ['multicast', ['ff00::', 'ff02::1', 'ff0e::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']],
  // Teredo, benchmarking, ORCHID; documentation; 6to4, whatever it holds; SRv6; 6bone.
  ['reserved', ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:2::1', '2001:10::1', '2001:1ff::1']],
  [
    'reserved',
    [
      '2001:db8::1',
      '2001:DB8:ffff::1',
      '3fff::1',
      '3fff:0fff::1',
      '5f00::1',
      '3ffe::1'.replace('3ffe', '4000'),
    ],
  ],
  ['reserved', ['2002::1', '2002:7f00:1::1', '2002:a00:1::', '2002:c0a8:101::1', '2002:808:808::1']],
  // A translator for local use, in all its forms.
  [
    'reserved',
    ['64:ff9b:1::1', '64:ff9b:1::7f00:1', '64:ff9b:1:808:8:800::', '64:ff9b:2::1', '64:ff9b:0:1::1'],
  ],
  [
    undefined,
    [
      '2001:200::1',
      '2001:4860:4860::8888',
      '2003::1',
      '2606:4700:4700::1111',
      '2a00:1450::1',
      '3fff:1000::1',
    ],
  ],
];

const hex = (address: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
};

/** IPv6 spellings of an IPv4 address, which all lead to it. */
const SPELLINGS: readonly (readonly [string, (address: string) => string])[] = [
  ['itself', (address) => address],
  ['mapped', (address) => `::ffff:${address}`],
  ['mapped, capitals', (address) => `::FFFF:${address}`],
  ['mapped, as groups', (address) => `::ffff:${hex(address)}`],
  ['mapped, in full', (address) => `0:0:0:0:0:ffff:${hex(address)}`],
  ['mapped, in full, dotted', (address) => `0000:0000:0000:0000:0000:ffff:${address}`],
  ['NAT64', (address) => `64:ff9b::${hex(address)}`],
  ['NAT64, dotted', (address) => `64:ff9b::${address}`],
  ['NAT64, in full', (address) => `0064:ff9b:0:0:0:0:${hex(address)}`],
];

describe('an address from outside', () => {
  const ipv4 = IPV4.flatMap(([fault, addresses]) =>
    addresses.flatMap((address) => SPELLINGS.map(([how, spell]) => [how, spell(address), fault] as const)),
  );
  const ipv6 = IPV6.flatMap(([fault, addresses]) =>
    addresses.map((address) => ['IPv6', address, fault] as const),
  );

  it.each([...ipv4, ...ipv6])('%s: %s is %s', (_, address, fault) => {
    expect(publicOnly(address)).toBe(fault);
  });

  it.each([
    '',
    ' ',
    'localhost',
    '127.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.0.0.1:80',
    '127.0.0.1.',
    '[::1]',
    '::1/128',
    '::g',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.1.1.1',
    '1.1.1.1 ',
    ':::',
    '::ffff:1.2.3',
  ])('%j is none', (text) => {
    expect(publicOnly(text)).toBe('unreadable');
    expect(configured(text)).toBe('unreadable');
  });

  it('is never inside, whatever an address of 2000::/3 or IPv4 looks like: what is let through is not in IANA’s list', () => {
    const inside = [
      ...[
        [0, 8],
        [10, 8],
        [127, 8],
      ].map(([first = 0, bits = 0]) => [first * 2 ** 24, bits] as const),
      [0xa9fe0000, 16],
      [0xac100000, 12],
      [0xc0a80000, 16],
      [0x64400000, 10],
      [0xe0000000, 3],
    ];
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.constantFrom(...SPELLINGS), (number, [, spell]) => {
        const address = [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
        const isInside = inside.some(
          ([first, bits]) => Math.floor(number / 2 ** (32 - bits)) === first / 2 ** (32 - bits),
        );
        if (isInside)
          expect(publicOnly(spell(address))).toMatch(
            /^(metadata|loopback|link-local|private|multicast|reserved)$/,
          );
        expect(publicOnly(spell(address))).toBe(publicOnly(address));
      }),
      { numRuns: 2_000, seed: 1 },
    );
  });
});

describe('a spelling in a URL', () => {
  it.each([
    ['decimal', 'http://2130706433/', 'loopback'],
    ['hexadecimal', 'http://0x7f000001/', 'loopback'],
    ['octal', 'http://017700000001/', 'loopback'],
    ['octal parts', 'http://0177.0.0.01/', 'loopback'],
    ['hexadecimal parts', 'http://0x7F.0x0.0x0.0x1/', 'loopback'],
    ['mixed parts', 'http://127.0x0.1/', 'loopback'],
    ['two parts', 'http://127.1/', 'loopback'],
    ['a dot at its end', 'http://127.0.0.1./', 'loopback'],
    ['percent signs', 'http://%31%32%37.0.0.1/', 'loopback'],
    ['wide digits', 'http://１２７.０.０.１/', 'loopback'],
    ['circled digits', 'http://①②⑦.⓪.⓪.①/', 'loopback'],
    ['an ideographic full stop', 'http://127。0。0。1/', 'loopback'],
    ['zero', 'http://0/', 'reserved'],
    ['10.x as a number', 'http://167772161/', 'private'],
    ['192.168 in two parts', 'http://192.11010305/', 'private'],
    ['metadata as a number', 'http://2852039166/', 'metadata'],
    ['metadata in octal', 'http://0251.0376.0251.0376/', 'metadata'],
    ['metadata, mapped', 'http://[::ffff:169.254.169.254]/', 'metadata'],
    ['metadata, NAT64', 'http://[64:ff9b::169.254.169.254]/', 'metadata'],
    ['mapped', 'http://[::FFFF:127.0.0.1]/', 'loopback'],
    ['credentials before it', 'http://8.8.8.8@127.0.0.1/', 'loopback'],
  ])('%s is judged as what it is', (_, text, fault) => {
    expect(publicOnly(new URL(text).hostname.replace(/^\[|\]$/g, ''))).toBe(fault);
  });

  it.each(['localhost', '127.1', '0x7f.1', '2130706433', '0177.1'])(
    'a resolver that takes %j gives an address that is judged',
    async (name) => {
      const found = await lookup(name, { all: true });
      expect(found.map(({ address }) => publicOnly(address))).toEqual(found.map(() => 'loopback'));
    },
  );
});

const METADATA_IPV4 = [
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '169.254.0.23',
  '100.100.100.200',
];
const MORE_IPV4 = ['192.0.0.192', '168.63.129.16'];

/** Further ways to a metadata address, by a translator or a tunnel. */
const TUNNELS: readonly (readonly [string, (address: string) => string])[] = [
  ['compatible', (address) => `::${address}`],
  ['SIIT', (address) => `::ffff:0:${address}`],
  ['NAT64 for local use', (address) => `64:ff9b:1::${address}`],
  ['NAT64 with a prefix of one’s own', (address) => `2001:db8:64::${address}`],
  ['NAT64, 48 bits', (address) => shortened(address, 48)],
  ['NAT64, 56 bits', (address) => shortened(address, 56)],
  ['NAT64, 64 bits', (address) => shortened(address, 64)],
  ['6to4', (address) => `2002:${hex(address)}::1`],
  ['Teredo’s server', (address) => `2001:0:${hex(address)}::1`],
  [
    'Teredo’s client',
    (address) =>
      `2001:0:0808:0808:0:0:${hex(
        address
          .split('.')
          .map((part) => 255 - Number(part))
          .join('.'),
      )}`,
  ],
  ['ISATAP', (address) => `fe80::5efe:${address}`],
];

/** RFC 6052 §2.2: the address begins after so many bits, and bits 64 to 71 are left out. */
function shortened(address: string, prefixBits: 48 | 56 | 64): string {
  const bytes = new Uint8Array(16);
  bytes.set([0x00, 0x64, 0xff, 0x9b, 0x00, 0x01]);
  let at = prefixBits / 8;
  for (const part of address.split('.')) {
    if (at === 8) at++;
    bytes[at++] = Number(part);
  }
  return Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  ).join(':');
}

describe('a cloud’s metadata service', () => {
  const rows = [...METADATA_IPV4, ...MORE_IPV4].flatMap((address) =>
    [...SPELLINGS, ...TUNNELS].map(([how, spell]) => [how, spell(address)] as const),
  );
  const ipv6 = [
    'fd00:ec2::254',
    'FD00:EC2::254',
    'fd00:0ec2:0:0:0:0:0:254',
    'fd00:ec2::23',
    'fd20:ce::254',
    'fe80::a9fe:a9fe%eth0',
  ];

  it.each([...rows, ...ipv6.map((address) => ['IPv6', address] as const)])(
    '%s: %s is refused by both policies',
    (_, address) => {
      expect([configured(address), publicOnly(address)]).toEqual(['metadata', 'metadata']);
      expect(isMetadataAddress(address)).toBe(true);
    },
  );

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '192.168.1.1',
    '169.254.1.1',
    '100.100.100.201',
    '192.0.0.193',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fd00::1',
    'fe80::1',
    '2002:a00:1::1',
    'fd00:ec2::253',
    '8.8.8.8',
  ])('%s is none: an operator’s own address is taken as written', (address) => {
    expect(configured(address)).toBeUndefined();
  });

  it.each([
    'http://169.254.169.254',
    'http://0xa9fea9fe',
    'http://[::ffff:a9fe:a9fe]',
    'http://[fd00:ec2::254]',
    'http://100.100.100.200',
    'http://192.0.0.192',
    'http://[64:ff9b::a9fe:a9fe]',
    'http://169.254.169.254.',
    'http://metadata.google.internal',
    'http://METADATA.google.internal.',
    'http://①⑥⑨.254.169.254',
  ])('%s is one by its host', (url) => {
    expect(isMetadataHost(new URL(url).hostname)).toBe(true);
  });

  it.each([
    'http://metadata',
    'http://localhost',
    'http://10.0.0.1',
    'http://[::1]',
    'http://x.metadata.google.internal',
  ])('%s is none by its host', (url) => {
    expect(isMetadataHost(new URL(url).hostname)).toBe(false);
  });
});
