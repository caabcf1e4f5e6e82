/** A link of the gateway's own that logs its first follower in. */
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createLogInCodes } from '../../../src/admin/access/log-in-codes.ts';
import { Browser, startConsole } from './browser.ts';

const console = pathToFileURL(`${tmpdir()}/`);
const codeIn = (link: string | undefined): string => /\/login#([\w-]{43})$/.exec(link ?? '')?.[1] ?? '';
const logIn = (browser: Browser, code: string) =>
  browser.ask('/api/session', { method: 'POST', body: { code } });

describe('a log-in link', () => {
  it('logs in once, as who has the token; nobody after', async () => {
    const gateway = await startConsole({}, { console });
    const code = codeIn(gateway.createLogInUrl());
    const first = await logIn(new Browser(gateway), code);
    expect([first.status, JSON.parse(first.text)]).toEqual([
      200,
      expect.objectContaining({ name: 'token', role: 'admin', by: 'token' }),
    ]);
    const second = await logIn(new Browser(gateway), code);
    expect([second.status, JSON.parse(second.text)]).toEqual([
      401,
      expect.objectContaining({
        code: 'log-in-refused',
        detail: 'the link was used already, or is older than ten minutes',
      }),
    ]);
    expect(gateway.log.join('')).not.toContain(code);
  });

  it('goes by nothing but its code', async () => {
    const gateway = await startConsole({}, { console });
    const code = codeIn(gateway.createLogInUrl());
    const browser = new Browser(gateway);
    for (const body of [{ code: '' }, { code: `${code}x` }, { code: code.slice(1) }])
      expect((await browser.ask('/api/session', { method: 'POST', body })).status).toBe(401);
    const both = { code, token: 'a-token-of-this-test' };
    const refused = await browser.ask('/api/session', { method: 'POST', body: both });
    expect([refused.status, JSON.parse(refused.text)]).toEqual([
      400,
      expect.objectContaining({ detail: 'the body has name and password, or token, or code' }),
    ]);
  });

  it('there is none where there is no console, and none for a listener that others reach', async () => {
    expect((await startConsole()).createLogInUrl()).toBeUndefined();
    const open = { public: '127.0.0.1:0', admin: '0.0.0.0:0' };
    expect((await startConsole({}, { console, listen: open })).createLogInUrl()).toBeUndefined();
  });
});

describe('codes', () => {
  it('are not good for longer where the clock is set back', () => {
    let nowMs = 30 * 24 * 3_600_000;
    const codes = createLogInCodes(() => nowMs);
    const code = codes.create();
    nowMs = 0;
    expect(codes.take(code)).toBe(false);
  });

  it('are good for ten minutes, and not at their end', () => {
    let nowMs = 0;
    const codes = createLogInCodes(() => nowMs);
    const [early, late] = [codes.create(), codes.create()];
    nowMs = 10 * 60_000 - 1;
    expect(codes.take(early)).toBe(true);
    nowMs++;
    expect(codes.take(late)).toBe(false);
  });

  it('are sixteen at most: the oldest is good no more', () => {
    const codes = createLogInCodes(() => 0);
    const made = Array.from({ length: 17 }, () => codes.create());
    expect(made.map((code) => codes.take(code))).toEqual([false, ...Array(16).fill(true)]);
  });
});
