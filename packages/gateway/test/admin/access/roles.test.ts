/** Each route of the table, asked for by each role over HTTP: whoever's role is not enough gets 403, whoever's is enough gets past it. */
import { hasRole, neededRole, ROLES, ROUTES, type Route } from '@countersign/api';
import { describe, expect, it } from 'vitest';
import { send } from '../../harness.ts';
import { Browser, loggedIn, startConsole, TOKEN } from './browser.ts';

type Row = Pick<Route, 'method' | 'path' | 'auth' | 'role' | 'reply'>;
const ROWS: readonly (readonly [name: string, row: Row])[] = Object.entries(ROUTES).filter(
  // Its own test; a log-out would end the session that the rest needs.
  ([name, { auth }]) => auth && name !== 'logOut',
);
const pathOf = ({ path }: Row): string =>
  path
    .replace(':claim', 'ab'.repeat(16))
    .replace(':place', '0')
    .replace(/:[a-z]+/gi, 'x');
const codeIn = (text: string): unknown =>
  text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined;

describe.each(ROLES)('a %s', (role) => {
  it('may do what the table says, and nothing else', async () => {
    const gateway = await startConsole();
    const browser = await loggedIn(gateway, role);
    const refused: string[] = [];
    for (const [name, row] of ROWS) {
      // A stream has no end; its head is judged the same.
      const method = row.reply === 'stream' ? 'HEAD' : row.method;
      const { status, text, headers } = await browser.ask(pathOf(row), {
        method,
        headers: { 'countersign-csrf': browser.csrf },
        ...(row.method === 'POST' && { body: {} }),
      });
      expect([name, status === 401, status >= 500]).toEqual([name, false, false]);
      const isRefused = codeIn(text) === 'role-not-enough' || (method === 'HEAD' && status === 403);
      expect([name, isRefused]).toEqual([name, !hasRole(role, neededRole(row))]);
      if (isRefused && method !== 'HEAD')
        expect(text).toContain(`the route needs the role ${neededRole(row)}`);
      if (isRefused) refused.push(name);
      expect(headers['countersign-listener']).toBe('admin');
    }
    if (role === 'admin') expect(refused).toEqual([]);
    else expect(refused).toContain('eraseEvents');
  });
});

it('whatever shows bytes of a refused request needs the role of an operator: a token in them can still be used', () => {
  const ofOne = Object.entries(ROUTES).filter(([, { path }]) => path.startsWith('/api/refused/:id'));
  expect(ofOne.map(([name]) => name)).toContain('traceRefused');
  expect(ofOne.filter(([, route]) => neededRole(route) !== 'operator')).toEqual([]);
});

it('nobody gets past the guard: each route says that a token is required', async () => {
  const gateway = await startConsole();
  const browser = new Browser(gateway);
  for (const [name, row] of ROWS) {
    const { status, text } = await browser.ask(pathOf(row), { method: row.method });
    expect([name, status, codeIn(text)]).toEqual([name, 401, 'token-required']);
  }
});

it('the bearer token may do everything', async () => {
  const { adminUrl = '' } = await startConsole();
  for (const [name, row] of ROWS) {
    if (row.reply === 'stream') continue;
    const { text } = await send(adminUrl + pathOf(row), {
      method: row.method,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect([name, codeIn(text)]).not.toEqual([name, 'role-not-enough']);
    expect([name, codeIn(text)]).not.toEqual([name, 'token-required']);
  }
});
