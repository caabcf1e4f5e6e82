// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a configuration writes looks like that.
/** Each option is told once, by its leaf: what the pages, the comments and the errors say of it is that, and what is applied. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { withOptionComments, withOptionTables } from '../../../../scripts/config-docs.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { configSchema } from '../../src/config/schema.ts';
import { type OptionRow, optionsOf, secretsIn } from '../../src/config/schema-walk.ts';
import { formatPath } from '../../src/config/value-path.ts';

type Tree = { [key: string]: Tree | unknown };

const OPTIONS = optionsOf(configSchema());
const keys = [{ secret: 'a secret of thirty-two characters' }];

/** A least configuration in which an option may stand, and where in it. */
function leastFor({ path }: OptionRow): { readonly tree: Tree; readonly at: readonly string[] } {
  const gate: Tree = { path: '/a', provider: 'flowent', keys: structuredClone(keys) };
  const [written = ''] = /(?<=^gates\.NAME\.)(answer|forward|respond)/.exec(path) ?? [];
  // What a gate that keeps has no use for.
  const outcome = path.endsWith('.whenUnavailable') ? 'respond' : written;
  if (path.includes('keepRefused.')) gate['keepRefused'] = {};
  const other = { provider: 'github', keys: structuredClone(keys) };
  if (path.includes('.accept[]')) gate['accept'] = [{ ...other, until: '2100-01-01' }];
  if (path.includes('.shadow.')) gate['shadow'] = other;
  if (path.includes('.keysFrom.')) {
    gate['path'] = '/a/:tenant';
    delete gate['keys'];
    gate['keysFrom'] = { folder: './tenants' };
  }
  if (path.endsWith('.monitorUntil')) gate['mode'] = 'monitor';
  const least: Tree = {
    answer: {
      actions: './a.ts',
      register: { apiUrl: 'https://example.com', apiToken: 'a-token-of-16-bytes' },
      ...(path.includes('.answer.sign.') && { sign: { keys: [{ secret: 'a-secret-of-17-byte' }] } }),
    },
    forward: { to: 'http://127.0.0.1:9' },
    respond: { status: 200 },
  };
  gate[outcome === '' ? 'keep' : outcome] =
    least[outcome] ?? (path.includes('deliver[]') ? { deliver: [destinationFor(path)] } : {});
  const incode: Tree = {
    apiUrl: 'https://example.com',
    apiKey: 'k',
    clientId: 'c',
    flowId: 'f',
    adminEmail: 'e',
    adminPassword: 'p',
    auth: { secret: 's' },
  };
  const oauth: Tree = {
    broker: 'oauth2-client-credentials',
    tokenUrl: 'https://example.com',
    clientId: 'c',
    clientSecret: 's',
    auth: { form: 'issued', clientId: 'c', clientSecret: 's' },
  };
  const isIssued = /(tokenUrl|sessions\.NAME\.clientSecret|scope|auth\.client)/.test(path);
  const deliver = path.startsWith('sessions.NAME.deliver[]') && { deliver: [destinationFor(path)] };
  const admin: Tree = {
    ...(path.startsWith('admin.users[]') && { users: [{ name: 'a', password: HASH, role: 'viewer' }] }),
    oidc: {
      issuer: 'https://login.example.com',
      clientId: 'c',
      clientSecret: 's',
      roles: path.endsWith('roles.admin') ? { viewer: ['a'] } : { admin: ['a'] },
    },
  };
  const tree: Tree = {
    ...(path.startsWith('admin.') && { admin }),
    ...(path.startsWith('claims.') && { claims: { address: 'redis://127.0.0.1' } }),
    ...(path.startsWith('telemetry.') && { telemetry: { otlp: 'http://127.0.0.1:4318' } }),
    ...(/^listen\.(tls|adminTls)\./.test(path) && { listen: { [path.split('.')[1] ?? '']: TLS } }),
    publicUrl: 'https://gate.example',
    storeKey: 'ab'.repeat(32),
    ...(path.startsWith('secrets.commands.NAME.') && { secrets: { commands: { c: { run: ['a'] } } } }),
    gates: { g: gate },
    sessions: { s: isIssued ? oauth : { broker: 'incode', ...incode, ...deliver } },
    destinations: { d: destinationFor(path) },
  };
  const named = path
    .replace('gates.NAME', 'gates.g')
    .replace('sessions.NAME', 'sessions.s')
    .replace('destinations.NAME', 'destinations.d')
    .replace('secrets.commands.NAME', 'secrets.commands.c');
  return { tree, at: named.replaceAll('[]', '.0').split('.') };
}

const TLS = { cert: './cert.pem', key: './key.pem' };
const HASH = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

/** A least destination in which an option of destinations may stand. */
function destinationFor(path: string): Tree {
  const at = /(?:deliver\[\]|destinations\.NAME)\.(.*)/.exec(path)?.[1] ?? '';
  const [member = ''] = at.split('.');
  const targets: Tree = {
    nats: { nats: {} },
    file: { file: './a' },
    actions: { actions: './a.ts' },
    command: { command: ['a'] },
    action: { actions: './a.ts' },
    environment: { command: ['a'] },
    directory: { command: ['a'] },
    pass: { command: ['a'] },
    'pass[]': { command: ['a'], pass: [{ source: 'entire-query' }] },
  };
  return {
    ...((targets[member] as Tree) ?? { to: 'http://127.0.0.1:9' }),
    ...(member === 'sign' && { sign: { secret: 'a secret of thirty-two characters' } }),
    ...(member === 'order' && at !== 'order.json' && at !== 'order.header' && { order: { json: 'a' } }),
  };
}

function put(tree: Tree, at: readonly string[], value: unknown): Tree {
  const copy: Tree = structuredClone(tree);
  let owner: Tree = copy;
  for (const key of at.slice(0, -1)) {
    owner[key] ??= {};
    owner = owner[key] as Tree;
  }
  owner[at.at(-1) ?? ''] = value;
  return copy;
}

const read = (tree: unknown) => parseConfig(tree, { baseDir: '/srv', env: {}, isFileText: true });

describe('every option', () => {
  it('says what it means, and what holds where it is left out', () => {
    expect(OPTIONS.length).toBeGreaterThan(70);
    for (const { path, description, absent } of OPTIONS) {
      expect(description, path).toMatch(/^\S.*\.$/);
      expect(description, path).not.toMatch(/default:|undefined/i);
      if (absent !== undefined) expect(absent, path).toMatch(/\S/);
    }
  });

  it.each(OPTIONS.filter(({ absent, fallback }) => absent === undefined && fallback === undefined))(
    '$path must be given',
    (row) => {
      const { tree, at } = leastFor(row);
      const owner = put(tree, at.slice(0, -1), {});
      expect(() => read(owner)).toThrow(
        `${formatPath(at.map((key) => (key === '0' ? 0 : key)))}: is missing`,
      );
    },
  );

  /** Of those that are told in words, these begin with a value that the words make depend on others. */
  const WORDS: Readonly<Record<string, unknown>> = {
    'limits.maxBodyBytesInFlight': '256MB',
    'limits.headersTimeout': '10s',
    'gates.NAME.methods': ['POST'],
    'gates.NAME.keys[].id': 'key-1',
    'gates.NAME.replay.repeat': 'acknowledge',
    'gates.NAME.answer.list': true,
    'sessions.NAME.life': '24h',
  };
  const valued = OPTIONS.flatMap((row): [string, OptionRow, unknown][] => {
    const value = WORDS[row.path] ?? row.fallback;
    return value === undefined ? [] : [[row.path, row, value]];
  });

  it.each(valued)('%s: what is told as its default is what is applied', (path, row, value) => {
    if (path in WORDS) expect(row.absent).toContain(Array.isArray(value) ? `[${value}]` : String(value));
    const { tree, at } = leastFor(row);
    const { config } = read(put(tree, at, value));
    expect(config).toEqual(read(tree).config);
  });

  it('has no other default in the pages and comments; run scripts/generate-schema.ts where this fails', () => {
    const file = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
    const page = file('docs/configuration.md');
    expect(page).toBe(withOptionTables(page));
    for (const name of [
      'config-input.ts',
      'admin-input.ts',
      'delivery-input.ts',
      'key-input.ts',
      'listen-input.ts',
      'outcome-input.ts',
    ]) {
      const source = file(`packages/gateway/src/config/${name}`);
      expect(source).toBe(withOptionComments(source));
    }
  });
});

describe('every secret', () => {
  const SECRET = 'never-shown-0123456789';
  const secrets = OPTIONS.filter(({ isSecret }) => isSecret);
  const shownBy = (tree: unknown): string => {
    try {
      const { config, warnings } = read(tree);
      return [JSON.stringify([config, warnings]), inspect(config, { depth: 20 }), String(config)].join('\n');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return [error.message, JSON.stringify(error.problems), inspect(error)].join('\n');
    }
  };

  it('is among those that are known', () => {
    const paths = secrets.map(({ path }) => path.replace('NAME.', ''));
    const ofDestination = ['nats.password', 'nats.token', 'nats.nkey', 'nats.creds', 'sign.secret'];
    expect(paths).toEqual([
      'claims.password',
      'admin.token',
      'admin.oidc.clientSecret',
      'storeKey',
      'gates.keys[].secret',
      'gates.keysFrom.token',
      'gates.accept[].keys[].secret',
      'gates.shadow.keys[].secret',
      'gates.answer.register.apiToken',
      'gates.answer.sign.keys[].secret',
      ...ofDestination.map((member) => `gates.keep.deliver[].${member}`),
      'sessions.apiKey',
      'sessions.adminToken',
      'sessions.adminPassword',
      'sessions.clientSecret',
      'sessions.auth.secret',
      'sessions.auth.clientSecret',
      ...ofDestination.map((member) => `sessions.deliver[].${member}`),
      ...ofDestination.map((member) => `destinations.${member}`),
    ]);
  });

  it.each(secrets)('$path is found where it stands, and never shown', (row) => {
    const { tree, at } = leastFor(row);
    const with_ = put(tree, at, SECRET);
    expect(secretsIn(configSchema(), with_).map((path) => path.join('.'))).toContain(at.join('.'));
    expect(shownBy(with_)).not.toContain(SECRET);
  });

  it.each(secrets)('$path is not shown where it is put wrongly', (row) => {
    const { tree, at } = leastFor(row);
    const above = at.slice(0, -1);
    const places: [readonly string[], unknown][] = [
      [[...above, 'secrett'], SECRET],
      [[...above, 'secrett'], { value: SECRET }],
      [at, { value: SECRET }],
      [at, [SECRET]],
      [at, 1234567890123],
    ];
    if (above.length > 0) places.push([above, SECRET], [above, 1234567890123]);
    for (const [place, value] of places) {
      const shown = shownBy(put(tree, place, value));
      expect(shown, place.join('.')).toContain('has ');
      expect(shown, place.join('.')).not.toMatch(/never-shown|1234567890123/);
    }
  });
});
