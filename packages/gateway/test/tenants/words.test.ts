/** What an operator reads where keys cannot be looked up by tenant: at a start, and of a look-up. */
import { chmodSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { SetupError, type TenantOptions } from '@countersign/core';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { StoreError } from '../../src/stores/store.ts';
import { openFolderSource } from '../../src/tenants/folder-source.ts';
import { openSqlSource } from '../../src/tenants/sql-source.ts';
import { createUrlSource } from '../../src/tenants/url-source.ts';
import { listen, temporaryDir } from '../harness.ts';
import { startSentences } from '../words/start-problems.ts';

const SOURCE = { function: './actions.mjs' };
const FINDS = 'export const keysOf = async () => undefined;';

describe('a gateway does not start with', () => {
  it.each<[string, object, string]>([
    [
      'keys and keysFrom',
      { keys: [{ secret: 'a-secret-of-more-than-16-bytes' }], keysFrom: SOURCE },
      'gates.g.keysFrom: is given, and so is keys | one of keys and keysFrom',
    ],
    [
      'no source',
      { keysFrom: {} },
      'gates.g.keysFrom: does not say where keys are looked up | one of url, folder, function, sql',
    ],
    [
      'two sources',
      { keysFrom: { folder: '.', sql: 'select $1' } },
      'gates.g.keysFrom: has folder and sql | one of url, folder, function, sql',
    ],
    [
      'requests without a proof',
      { provider: 'none', keysFrom: SOURCE },
      'gates.g.keysFrom: is given, and provider none takes unsigned requests | no keysFrom, or another provider',
    ],
    [
      'keys at an address',
      {
        provider: { id: 'jwt-bearer', algorithm: 'RS256', jwks: 'https://id.example/jwks' },
        keysFrom: SOURCE,
      },
      'gates.g.keysFrom: is given, and the scheme fetches its keys from an address | no keysFrom, or a scheme that is given its keys',
    ],
    [
      'an older proof beside',
      {
        keysFrom: SOURCE,
        accept: [
          { provider: 'stripe', keys: [{ secret: 'a-secret-of-more-than-16-bytes' }], until: '2100-01-01' },
        ],
      },
      'gates.g.keysFrom: is given, and the gate has accept or shadow, whose keys would be of no tenant | a gate of one proof',
    ],
    [
      'a token for nobody',
      { keysFrom: { ...SOURCE, token: 'a-token' } },
      'gates.g.keysFrom.token: is given, and there is no url that it could be sent to | url, or no token',
    ],
    [
      'a path without a tenant',
      { path: '/g', keysFrom: SOURCE },
      'gates.g.keysFrom.tenant: is missing, and the gate’s path has no :tenant | a path such as /hooks/:tenant, or a header, a query or a body that says it',
    ],
    [
      'a place that is none',
      { keysFrom: { ...SOURCE, tenant: {} } },
      'gates.g.keysFrom.tenant: names no place | one of path, header, query, body',
    ],
    [
      'two places',
      { keysFrom: { ...SOURCE, tenant: { header: 'x-shop', query: 'shop' } } },
      'gates.g.keysFrom.tenant: has header and query | one of path, header, query, body',
    ],
    [
      'a name that the path has not',
      { keysFrom: { ...SOURCE, tenant: { path: 'shop' } } },
      'gates.g.keysFrom.tenant.path: is no :name of the gate’s path | a name that stands there',
    ],
    [
      'a member without a name',
      { keysFrom: { ...SOURCE, tenant: { body: 'account..id' } } },
      'gates.g.keysFrom.tenant.body: is no path to a member | names with dots between them',
    ],
    [
      'a folder that is not there',
      { keysFrom: { folder: './tenants' } },
      'gates.g.keysFrom.folder: {folder}/tenants is not there. Make it, or mend the path: it is relative to the configuration.',
    ],
    [
      'a file for a folder',
      { keysFrom: { folder: './actions.mjs' } },
      'gates.g.keysFrom.folder: {folder}/actions.mjs is no folder. Make it, or mend the path: it is relative to the configuration.',
    ],
    [
      'a function that is not there',
      { keysFrom: { function: './actions.mjs#keyOf' } },
      'gates.g.keysFrom.function: the module {folder}/actions.mjs exports no function keyOf. Did you mean keysOf? Name a function that it exports, behind a #.',
    ],
    [
      'a statement for a store that takes none',
      { keysFrom: { sql: 'select $1' } },
      'gates.g.keysFrom.sql: is given, and the store is of one process alone, and answers no statements. Use url, folder or function; or a store that several gateways share.',
    ],
  ])('%s', async (_, gate, says) => {
    const sentences = await startSentences(
      {
        when: '',
        gate: { path: '/g/:tenant', keys: undefined, ...gate },
        actions: FINDS,
        says,
      },
      temporaryDir(),
    );
    expect(sentences).toContain(says);
  });

  it('a statement that asks for no tenant', async () => {
    const sql = 'select tenant, secret from keys where tenant = $10';
    const gate = { path: '/g/:tenant', keys: undefined, keysFrom: { sql } };
    const sentences = await startSentences({ when: '', gate, says: '' }, temporaryDir());
    expect(sentences.join('\n')).toContain('gates.g.keysFrom.sql: has no $1 in it');
  });

  it.each([
    ['https://keys.example/tenants', 'has no {tenant} in it'],
    ['https://{tenant}.example/keys', 'has {tenant} where the server stands'],
    ['https://a:b@keys.example/{tenant}', 'has a user or a password in it, which token is for'],
    ['https://keys.example/{tenant}#a', 'has a fragment, which no server is sent'],
  ])('the address %s', async (url, problem) => {
    const gate = { path: '/g/:tenant', keys: undefined, keysFrom: { url } };
    const sentences = await startSentences({ when: '', gate, says: '' }, temporaryDir());
    expect(sentences.join('\n')).toContain(`gates.g.keysFrom.url: ${problem}`);
  });

  it.skipIf(process.getuid?.() === 0)('a folder that it may not read', async () => {
    const folder = temporaryDir();
    mkdirSync(join(folder, 'tenants'));
    chmodSync(join(folder, 'tenants'), 0);
    const gate = { path: '/g/:tenant', keys: undefined, keysFrom: { folder: './tenants' } };
    expect(await startSentences({ when: '', gate, says: '' }, folder)).toContain(
      'gates.g.keysFrom.folder: {folder}/tenants cannot be read. Give the user that the gateway runs as leave to read it.',
    );
  });
});

const hint = (untrustedTenant: string) => ({ gate: 'g', provider: 'github', untrustedTenant });

/** The whole message, or the code that is told. */
async function said(keysOf: TenantOptions['keysOf'], tenant = 'acme'): Promise<string> {
  try {
    return `${JSON.stringify(await keysOf(hint(tenant)))}`;
  } catch (error) {
    if (error instanceof SetupError) return error.message;
    return error instanceof Error && 'code' in error ? String(error.code) : '';
  }
}

const KEY = { secret: 'a-secret-of-more-than-16-bytes' };

describe('what a source gives is refused, and quoted by nobody:', () => {
  const AS_ANSWER = 'Have it be { "tenant": "…", "keys": [ … ] }.';
  it.each<[string, string, string]>([
    ['a text', '"hunter2-of-somebody"', `answer: it is no JSON object. ${AS_ANSWER}`],
    ['half an answer', '{"keys":', `answer: it is no JSON object. ${AS_ANSWER}`],
    [
      'a member too many',
      JSON.stringify({ keys: [KEY], stat: 'revoked' }),
      'answer: it has a member that is neither tenant nor keys. Leave it out.',
    ],
    [
      'another’s name',
      JSON.stringify({ tenant: 'globex', keys: [KEY] }),
      'tenant: it is not the name of the file. Leave it out, or rename the file.',
    ],
    ['no keys', '{}', 'keys: they are no list. Give a list of keys, each with its secret.'],
    [
      'a key without its secret',
      JSON.stringify({ keys: [{ id: 'main' }] }),
      'keys[0].secret: it is not what a key has there. Give the secret itself, as a text.',
    ],
    [
      'a member that no key has, whose name may be a secret',
      JSON.stringify({ keys: [{ ...KEY, hunter2: true }] }),
      'keys[0]: it has a member that no key has. Leave it out: a key has id, secret, encoding, state, from, until, for.',
    ],
    [
      'a misspelt state',
      JSON.stringify({ keys: [{ ...KEY, state: 'revokd' }] }),
      'keys[0].state: it is not what a key has there. Give one of active, next, retiring, revoked.',
    ],
  ])('%s', async (_, text, says) => {
    const folder = temporaryDir();
    writeFileSync(join(folder, 'acme.json'), text);
    const message = await said(await openFolderSource(folder, 'folder'));
    expect(message).toBe(says);
    expect(message).not.toContain('hunter2');
  });

  it('a file that is too long, and a folder in its place', async () => {
    const folder = temporaryDir();
    writeFileSync(join(folder, 'acme.json'), ' '.repeat(128 * 1024 + 1));
    mkdirSync(join(folder, 'globex.json'));
    const keysOf = await openFolderSource(folder, 'folder');
    expect(await said(keysOf)).toBe('file: it is longer than 128 KB. Have it hold the tenant’s keys alone.');
    expect(await said(keysOf, 'globex')).toBe('file: it is no file. Put a file in its place.');
  });

  it('nothing, where the whole folder is away', async () => {
    const folder = join(temporaryDir(), 'tenants');
    mkdirSync(folder);
    const keysOf = await openFolderSource(folder, 'folder');
    expect(await said(keysOf)).toBe('undefined');
    rmdirSync(folder);
    expect(await said(keysOf)).toBe('ENOENT');
  });

  it.each<[string, readonly object[], string]>([
    [
      'rows of two tenants',
      [
        { tenant: 'acme', ...KEY },
        { tenant: 'globex', ...KEY },
      ],
      'sql: its rows are of several tenants. Have it select those of $1 alone.',
    ],
    [
      'a column that no key has',
      [{ tenant: 'acme', ...KEY, stat: 'revoked' }],
      'sql: it selects a column that no key has. Select tenant, id, secret, encoding, state, valid_from, valid_until alone.',
    ],
    ['nobody’s keys', [KEY], 'tenant: it is missing, or no text. Say whose keys they are, by one name each.'],
  ])('%s', async (_, rows, says) => {
    const keysOf = openSqlSource('select', async () => rows.map((row) => ({ ...row })), 'sql');
    expect(await said(keysOf)).toBe(says);
  });

  it.each([
    ['42P01', 'SQLSTATE_42P01'],
    ['ECONNREFUSED', 'ECONNREFUSED'],
    ['EPIPE', 'EPIPE'],
    [undefined, 'failed'],
  ])('an error of the database, but its code: %s', async (code, says) => {
    const cause = Object.assign(new Error('relation "hunter2" does not exist'), { code });
    const failing = async () => {
      throw new StoreError('failed', 'PostgreSQL did not take it.', { cause });
    };
    expect(await said(openSqlSource('select', failing, 'sql'))).toBe(says);
  });

  it('an answer that is too long, of another status, or from where it leads on to', async () => {
    const url = await listen(
      createServer((request, response) => {
        if (request.url === '/long') response.end(' '.repeat(128 * 1024 + 1));
        else if (request.url === '/moved') response.writeHead(302, { location: '/keys' }).end();
        else response.writeHead(500).end('hunter2');
      }),
    );
    const keysOf = createUrlSource(
      { kind: 'url', url: `${url}/{tenant}`, token: new Secret('hunter2') },
      { fetch, timeoutMs: 5_000 },
    );
    expect(await said(keysOf, 'long')).toBe(
      'answer: it is longer than 128 KB. Have it hold the tenant’s keys alone.',
    );
    expect(await said(keysOf, 'moved')).toBe('status_302');
    expect(await said(keysOf, 'broken')).toBe('status_500');
    expect(await said(keysOf, '..')).toBe('undefined');
  });
});
