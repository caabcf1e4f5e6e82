/** How the address of a Redis is written, read and shown. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/parse-config.ts';
import { isMisfit } from '../../src/config/read-text.ts';
import { readRedisAddress, shownRedis } from '../../src/config/redis-address.ts';

const KEYS = [{ secret: 'a secret of thirty-two characters' }];
const parse = (claims: unknown, isFileText = false) =>
  parseConfig({ claims, gates: { g: { path: '/g', provider: 'github', keys: KEYS, keep: {} } } } as never, {
    baseDir: '/',
    env: {},
    isFileText,
  });

describe('the address of a Redis', () => {
  it.each([
    ['redis://redis.internal', 'redis://redis.internal:6379/0'],
    ['redis://Redis.Internal:7000/', 'redis://redis.internal:7000/0'],
    ['REDISS://redis.internal/15', 'rediss://redis.internal:6379/15'],
    ['redis://[::1]:6380/2', 'redis://[::1]:6380/2'],
    ['redis+unix:///run/redis.sock', 'redis+unix:///run/redis.sock'],
    ['redis+unix:///run/redis.sock?db=3', 'redis+unix:///run/redis.sock?db=3'],
    ['redis://gateway:p%40ss@redis.internal', 'redis://redis.internal:6379/0'],
    ['redis+unix://gateway:p%40ss@/run/redis.sock', 'redis+unix:///run/redis.sock'],
  ])('%s is shown as %s', (text, shown) => {
    const address = readRedisAddress(text);
    if (isMisfit(address)) throw new Error('it is none');
    expect(shownRedis(address)).toBe(shown);
    expect(address.password?.reveal()).toBe(text.includes('@') ? 'p@ss' : undefined);
    expect(address.username).toBe(text.includes('@') ? 'gateway' : undefined);
  });

  it.each([
    ['redis.internal:6379', undefined],
    ['redis://', 'names no host'],
    ['redis://a/b', 'has more behind the host than the number of a database'],
    ['redis://a/0?db=1', 'more behind the host'],
    ['redis://a:99999', 'cannot be read'],
    [
      'redis://user:p/w#x@host',
      'cannot be read: a password’s characters such as / ? # @ : % are written as %2F %3F %23 %40 %3A %25; or give it as claims.password',
    ],
    ['redis://user:%zz@host', 'cannot be read'],
    ['redis+unix://run/redis.sock', 'names no socket: three slashes begin its path'],
    ['redis+unix:///run/redis.sock?password=x', 'has other parameters than db, the number of a database'],
    ['redis-sentinel://a:26379', 'names what is not supported'],
    ['redis+cluster://a', 'names what is not supported'],
  ])('%s is none', (text, problem) => {
    const address = readRedisAddress(text);
    if (!isMisfit(address)) throw new Error('it is one');
    if (problem === undefined) expect(address.problem).toBeUndefined();
    else expect(address.problem).toContain(problem);
  });
});

describe('claims in a configuration', () => {
  it('may be an address alone, or with what is beside it', () => {
    expect(parse('redis://a').config.claims).toMatchObject({ timeoutMs: 1000, prefix: 'countersign:' });
    const { claims } = parse({
      address: 'redis://u@a',
      password: 'pw/@',
      timeout: '250ms',
      prefix: 'x:',
    }).config;
    expect(claims).toMatchObject({ timeoutMs: 250, prefix: 'x:', address: { username: 'u' } });
    expect(claims?.address.password?.reveal()).toBe('pw/@');
    expect(parse({ address: 'redis://a' }).config.claims).toEqual(parse('redis://a').config.claims);
  });

  it.each([
    [{ address: 'redis://:a@b', password: 'c' }, 'is given, and the address has a password'],
    [{ address: 'redis://b', prefix: 'a b' }, 'up to 100 letters, digits and'],
    [{ timeout: '1s' }, 'claims.address'],
    [7, 'the address of a Redis server, such as'],
  ])('%j is refused', (claims, problem) => {
    expect(() => parse(claims)).toThrow(problem);
  });

  it('are warned of where a password stands in the file, and not where none does', () => {
    const codes = (claims: unknown) =>
      parse(claims, true)
        .warnings.filter(({ path }) => path.startsWith('claims'))
        .map(({ path, code }) => [path, code]);
    expect(codes('redis://u:hunter2@a')).toEqual([['claims', 'secret-in-file']]);
    expect(codes({ address: 'redis://u:hunter2@a' })).toEqual([['claims.address', 'secret-in-file']]);
    expect(codes({ address: 'redis://u@a', password: 'a password of some length' })).toEqual([
      ['claims.password', 'secret-in-file'],
    ]);
    expect(codes('redis://u@a')).toEqual([]);
  });

  it('go with no whenUnavailable at a gate that keeps', () => {
    const gate = { path: '/g', provider: 'github', keys: KEYS, replay: { whenUnavailable: 'accept' } };
    expect(() =>
      parseConfig({ gates: { g: { ...gate, keep: {} } } } as never, { baseDir: '/', env: {} }),
    ).toThrow('is given, and the claims of a gate that keeps are in the store');
    const { config } = parseConfig({ gates: { g: { ...gate, respond: { status: 200 } } } } as never, {
      baseDir: '/',
      env: {},
    });
    expect(config.gates[0]?.replay.whenUnavailable).toBe('accept');
  });
});
