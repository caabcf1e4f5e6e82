/** Programs in Ruby. */
import { familyOf, hashOf, numberBytes } from './algorithms.ts';
import {
  ACCESS_TOKEN_VARIABLE,
  KEY_FILE_VARIABLE,
  type Language,
  lackOfJwk,
  NOT_A_FORM,
  SECRET_VARIABLE,
  snakeCase,
} from './language.ts';
import type { Atom, Computed, ComputedHow, Derived } from './plan-parts.ts';
import { escapeBytes, isPrintable } from './quoting.ts';
import type { PlanEncoding, SigningPlan } from './signing-plan.ts';
import type { Syntax } from './syntax.ts';

/** In double quotes where something is escaped, else in single ones. */
function quote(text: string): string {
  if (isPrintable(text)) return `'${text.replace(/[\\']/g, '\\$&')}'`;
  const escaped = escapeBytes(text.replace(/[\\"#]/g, '\\$&'));
  return `"${escaped}"`;
}

function text(atoms: readonly Atom[]): string {
  return atoms.map((atom) => ('text' in atom ? quote(atom.text) : snakeCase(atom.variable))).join(' + ');
}

/** Bytes and text are joined as bytes alone. */
function bytes(atom: Atom): string {
  return `${text([atom])}.b`;
}

const TIMES = {
  s: 'Time.now.to_i.to_s',
  ms: '(Time.now.to_f * 1000).to_i.to_s',
  rfc3339: "Time.now.utc.strftime('%Y-%m-%dT%H:%M:%SZ')",
} as const;

const DECODERS: Readonly<Record<PlanEncoding, (text: string) => string>> = {
  utf8: (key) => key,
  base64: (key) => `${key}.unpack1('m')`,
  base64url: (key) => `${key}.tr('-_', '+/').unpack1('m')`,
  hex: (key) => `[${key}].pack('H*')`,
  base32: (key) => key,
};

const FORM_FIELDS = [
  'def form_fields(body)',
  "  body.split('&').reject(&:empty?).map do |pair|",
  "    name, value = pair.split('=', 2).map { |part| URI.decode_www_form_component(part) }",
  '    raise ArgumentError unless name.valid_encoding? && value.to_s.valid_encoding? && !name.empty?',
  '    [name.b, value.to_s.b]',
  '  end',
  'rescue ArgumentError',
  `  abort '${NOT_A_FORM}'`,
  'end',
];

const DERIVED: Readonly<Record<Derived, readonly string[]>> = {
  target: ["target = '/' + url.split('/', 4)[3]"],
  path: ["path = target.split('?', 2)[0]"],
  query: ["query = target.split('?', 2)[1] || ''"],
  sortedQuery: [
    "sorted_query = query.split('&', -1).each_with_index.sort_by { |pair, i| [pair.split('=', 2)[0].to_s, i] }.map(&:first).join('&')",
  ],
  digest: ["digest = OpenSSL::Digest.hexdigest('SHA256', body)"],
  digestBytes: ["digest_bytes = OpenSSL::Digest.digest('SHA256', body)"],
  formLines: [
    ...FORM_FIELDS,
    'lines = form_fields(body).reject { |_, value| value.empty? }.map { |name, value| "#{name}=#{value}\\r\\n" }',
    'form_lines = lines.sort.join.b',
  ],
  formText: [...FORM_FIELDS, 'form_text = form_fields(body).uniq.sort.join.b'],
  length: ['length = body.bytesize.to_s'],
  jwk: [
    '# The public point stands at the end: 32 bytes each of x and y.',
    'point = key.public_to_der[-64..]',
    "x, y = [point[0, 32], point[32, 32]].map { |half| [half].pack('m0').tr('+/', '-_').delete('=') }",
    `jwk = '{"kty":"EC","crv":"P-256","x":"' + x + '","y":"' + y + '"}'`,
  ],
  accessToken: [
    `access_token = ENV['${ACCESS_TOKEN_VARIABLE}'].to_s`,
    `abort 'Set ${ACCESS_TOKEN_VARIABLE}.' if access_token.empty?`,
  ],
};

function digest(hash: string, atoms: readonly Atom[]): string {
  return `[OpenSSL::Digest.digest('${hash}', ${text(atoms)})].pack('m0')`;
}

const COMPUTED: Readonly<Record<ComputedHow, (atoms: readonly Atom[]) => string>> = {
  text,
  base64url: (atoms) => `[${text(atoms)}].pack('m0').tr('+/', '-_').delete('=')`,
  'sha256-base64': (atoms) => digest('SHA256', atoms),
  'sha512-base64': (atoms) => digest('SHA512', atoms),
  'sha256-base64url': (atoms) => `${digest('SHA256', atoms)}.tr('+/', '-_').delete('=')`,
};

function compute(computed: Computed): readonly string[] {
  const value =
    computed.how === 'later'
      ? `(timestamp.to_i + ${computed.seconds}).to_s`
      : COMPUTED[computed.how](computed.of);
  return [`${snakeCase(computed.variable)} = ${value}`];
}

const syntax: Syntax = {
  open: ({ url, hasBody, contentType, headers, secret }) => [
    `url = ${quote(url)}`,
    hasBody ? `headers = { 'content-type' => ${quote(contentType)} }` : 'headers = {}',
    ...headers.map(([name, value]) => `headers[${quote(name)}] = ${quote(value)}`),
    ...keyLines(secret),
    hasBody ? 'body = $stdin.binmode.read' : "body = ''",
  ],
  make: (variable, { timestamp = 's' }) => [
    `${variable} = ENV['${variable.toUpperCase()}'] || ${variable === 'timestamp' ? TIMES[timestamp] : 'SecureRandom.hex(16)'}`,
  ],
  put(put) {
    switch (put.kind) {
      case 'header':
        return [`headers[${quote(put.name)}] = ${text(put.value)}`];
      case 'query':
        return [
          `url += (url.include?('?') ? '&' : '?') + ${quote(`${encodeURIComponent(put.name)}=`)} + URI.encode_www_form_component(${text(put.value)})`,
        ];
      case 'field':
        return [
          `body += (body.empty? ? '' : '&') + ${quote(`${encodeURIComponent(put.name)}=`)} + URI.encode_www_form_component(${text(put.value)})`,
        ];
      case 'member':
        return [
          '# Before the last brace: the bytes before it stay as they are.',
          "end_of_object = body.rindex('}')",
          "comma = body[0...end_of_object].strip == '{' ? '' : ','",
          `body.insert(end_of_object, comma + ${text(put.value)})`,
        ];
    }
  },
  derive: (variable) => DERIVED[variable],
  compute,
  message: (atoms) => [`message = ${atoms.map(bytes).join(' + ')}`],
  sign: (plan) => [...signLines(plan), `signature = ${ENCODERS[plan.encoding]}`],
  printOnly: (atoms) => ["if ARGV == ['print']", `  puts ${text(atoms)}`, '  exit', 'end'],
  send: ({ method, hasBody }) => [
    'uri = URI(url)',
    "answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') do |http|",
    `  http.send_request(${quote(method)}, uri.request_uri, ${hasBody ? 'body' : 'nil'}, headers)`,
    'end',
    'puts "#{answer.code} #{answer.body}"',
  ],
  whole(lines) {
    const code = lines.join('\n');
    const required = ['net/http', 'openssl', ...(code.includes('SecureRandom') ? ['securerandom'] : [])];
    return `${required.map((name) => `require '${name}'`).join('\n')}\n\n${code}\n`;
  },
};

function keyLines(secret: SigningPlan['secret']): readonly string[] {
  if (!secret) {
    return [
      `abort 'Set ${KEY_FILE_VARIABLE}.' if ENV['${KEY_FILE_VARIABLE}'].to_s.empty?`,
      `key = OpenSSL::PKey.read(File.read(ENV['${KEY_FILE_VARIABLE}']))`,
    ];
  }
  const environment = `ENV.fetch('${SECRET_VARIABLE}', '')`;
  const bare = secret.prefix === '' ? environment : `${environment}.delete_prefix(${quote(secret.prefix)})`;
  return [`key = ${DECODERS[secret.encoding](bare)}`, `abort 'Set ${SECRET_VARIABLE}.' if key.empty?`];
}

const ENCODERS: Readonly<Record<SigningPlan['encoding'], string>> = {
  hex: "raw.unpack1('H*')",
  base64: "[raw].pack('m0')",
  base64url: "[raw].pack('m0').tr('+/', '-_').delete('=')",
};

function signLines(plan: SigningPlan): readonly string[] {
  const hash = hashOf(plan).toUpperCase();
  switch (familyOf(plan)) {
    case 'mac':
      return [`raw = OpenSSL::HMAC.digest('${hash}', key, message)`];
    case 'ed25519':
      return ['raw = key.sign(nil, message)'];
    case 'ecdsa-raw':
      return [
        `numbers = OpenSSL::ASN1.decode(key.sign('${hash}', message)).value.map { |number| number.value.to_s(2) }`,
        `raw = numbers.map { |number| number.rjust(${numberBytes(plan)}, "\\0") }.join`,
      ];
    case 'rsa-pss':
      return [`raw = key.sign_pss('${hash}', message, salt_length: :digest, mgf1_hash: '${hash}')`];
    default:
      return [`raw = key.sign('${hash}', message)`];
  }
}

export const ruby: Language = {
  id: 'ruby',
  title: 'Ruby',
  fence: 'ruby',
  file: 'sign.rb',
  command: 'ruby sign.rb',
  needs: {
    secret: 'Ruby 3',
    privateKey: 'Ruby 3',
  },
  lacks: (plan) =>
    plan.secret?.encoding === 'base32'
      ? 'Ruby has no base32: decode the secret with the gem base32, and sign as the other programs do.'
      : lackOfJwk(plan, 'Ruby'),
  syntax,
};
