/** What a session rests on may change while it lasts; what a request's cookies hold may be anything. */
import { HeaderList } from '@countersign/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../../../../scripts/effort.ts';
import { createAccess } from '../../../src/admin/access/access.ts';
import { showsCsrf } from '../../../src/admin/access/log-in-sessions.ts';
import { cookieField, readCookie } from '../../../src/admin/access/session-cookie.ts';
import type { AdminConfig, UserConfig } from '../../../src/config/admin-config.ts';
import { Secret } from '../../../src/config/secret.ts';
import { later } from '../../harness.ts';
import { hashOf, PASSWORD } from './browser.ts';

const ADA: UserConfig = { name: 'ada', password: new Secret(hashOf(PASSWORD)), role: 'admin' };

function opened(users: readonly UserConfig[] = [ADA]) {
  const state: { admin: AdminConfig; nowMs: number } = {
    admin: { users, session: { forMs: 1000, idleMs: 1000 }, audit: { forMs: 1000 } },
    nowMs: 0,
  };
  const access = createAccess({
    admin: () => state.admin,
    token: 'the-token',
    now: () => state.nowMs,
    log: { info() {}, warn() {} },
    fetch: () => Promise.reject(new Error('nobody is called')),
  });
  later(() => access.close());
  const read = (changed: readonly UserConfig[]): void => {
    state.admin = { ...state.admin, users: changed };
  };
  return { access, state, read };
}

async function sessionOfAda(access: ReturnType<typeof opened>['access']): Promise<string> {
  const logIn = await access.byPassword('ada', PASSWORD);
  if (logIn === undefined) throw new Error('ada was not let in');
  return access.sessions.open(logIn).id;
}

describe('where the configuration is read again', () => {
  it('everybody whose user is gone, or has another password, is logged out everywhere', async () => {
    for (const changed of [[], [{ ...ADA, password: new Secret(hashOf(PASSWORD, 'another salt')) }]]) {
      const { access, read } = opened();
      const ids = [await sessionOfAda(access), await sessionOfAda(access)];
      expect(ids.map((id) => access.sessions.find(id)?.caller.name)).toEqual(['ada', 'ada']);
      read(changed);
      expect(ids.map((id) => access.sessions.find(id))).toEqual([undefined, undefined]);
    }
  });

  it('who has another role has it at once', async () => {
    const { access, read } = opened();
    const id = await sessionOfAda(access);
    read([{ ...ADA, role: 'viewer' }]);
    expect(access.sessions.find(id)?.caller).toEqual({ name: 'ada', role: 'viewer', by: 'password' });
  });

  it('a log-in that was judged by what is no more is none', async () => {
    const { access, read } = opened();
    const judged = access.byPassword('ada', PASSWORD);
    read([]);
    expect(await judged).toBeUndefined();
  });
});

it('a stream ends with its session, though nobody asks any more', async () => {
  const { access, state } = opened();
  const logIn = await access.byPassword('ada', PASSWORD);
  const session = logIn && access.sessions.open(logIn).session;
  access.sessions.sweep();
  expect(session?.ended.aborted).toBe(false);
  state.nowMs = 1000;
  access.sessions.sweep();
  expect(session?.ended.aborted).toBe(true);
});

it('ten thousand are logged in at most: the oldest is logged out', () => {
  const { access } = opened();
  const logIn = access.byToken('the-token');
  if (logIn === undefined) throw new Error('the token is another');
  const ids = Array.from({ length: 10_001 }, () => access.sessions.open(logIn).id);
  expect(
    ids.map((id, i) => [i, access.sessions.find(id)] as const).filter(([, s]) => s === undefined),
  ).toEqual([[0, undefined]]);
});

it('an unknown name takes as long as a known one', async () => {
  const { access } = opened([{ ...ADA, password: new Secret(await costly()) }]);
  const took = async (name: string): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const startedMs = performance.now();
      await access.byPassword(name, 'wrong');
      times.push(performance.now() - startedMs);
    }
    return Math.min(...times);
  };
  const [known, unknown] = [await took('ada'), await took('nobody')];
  // Without a hash of nobody's it would be a thousandth.
  expect(unknown).toBeGreaterThan(known / 3);
  expect(unknown).toBeLessThan(known * 3);
});

async function costly(): Promise<string> {
  const { makePasswordHash } = await import('../../../src/passwords/make-password-hash.ts');
  return makePasswordHash(PASSWORD);
}

describe('whatever a cookie field holds', () => {
  it('the value is what stands there alone under the name, or none is', () => {
    const value = fc.oneof(fc.stringMatching(/^[\w-]{43}$/), fc.string(), fc.constant(''));
    const name = fc.constantFrom(
      'countersign-session',
      '__Host-countersign-session',
      'x',
      'countersign-session ',
    );
    const pair = fc.tuple(name, value).map(([key, text]) => `${key}=${text}`);
    const field = fc.oneof(
      fc.array(pair).map((pairs) => pairs.join('; ')),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 2 }), fc.boolean(), (fields, isHttps) => {
        const headers = HeaderList.fromRaw(fields.flatMap((text) => ['cookie', text]));
        const read = readCookie(headers, 'countersign-session', isHttps);
        if (read === undefined) return;
        expect(fields).toHaveLength(1);
        expect(read).toMatch(/^[\w-]+$/);
        const wanted = `${isHttps ? '__Host-' : ''}countersign-session=`;
        const standing = fields[0]
          ?.split(';')
          .filter((text) => text.replace(/^[ \t]+/, '').startsWith(wanted));
        expect(standing).toHaveLength(1);
      }),
      { numRuns: runs(20_000), seed: 20_261_127 },
    );
  });

  it('is read in one pass: a field of blanks holds nobody up', () => {
    // Where each blank is looked at from each before it, this takes minutes.
    const blanks = ' '.repeat(262_144);
    const headers = HeaderList.fromRaw(['cookie', `x${blanks}x;${blanks}countersign-session=abc${blanks}`]);
    expect(readCookie(headers, 'countersign-session', false)).toBe('abc');
  });

  it('what is set is read again', () => {
    for (const isHttps of [true, false]) {
      const set = cookieField('countersign-oidc', 'abc', { isHttps, sameSite: 'Lax', maxAgeS: 600 });
      const sent = HeaderList.fromRaw(['Cookie', `a=b; ${set.split(';')[0]}; c=d`]);
      expect(readCookie(sent, 'countersign-oidc', isHttps)).toBe('abc');
      expect(readCookie(sent, 'countersign-oidc', !isHttps)).toBeUndefined();
    }
  });

  it('no text but the session’s own token is taken for it', () => {
    const { access } = opened();
    const logIn = access.byToken('the-token');
    const session = logIn && access.sessions.open(logIn).session;
    if (session === undefined) throw new Error('the token is another');
    expect(showsCsrf(session, session.csrf)).toBe(true);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(undefined, null, '')), (sent) => {
        expect(showsCsrf(session, sent)).toBe(false);
      }),
      { numRuns: runs(5_000), seed: 20_261_127 },
    );
  });
});
