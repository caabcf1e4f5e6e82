/** What a command that starts a gateway says of it. */
import { expect, it } from 'vitest';
import { tokenLines } from '../src/gateway-lines.ts';

const GATEWAY = { adminUrl: 'http://127.0.0.1:8788', adminToken: 'a token that the start has made' };

it.each([
  [
    'on a terminal',
    GATEWAY,
    true,
    ['  token   a token that the start has made  (this run’s, for the admin API)'],
  ],
  ['in a log', GATEWAY, false, ['  token   none: set admin.token in the configuration to use the admin API']],
  ['without an admin listener', { ...GATEWAY, adminUrl: undefined }, true, []],
])('a token that nobody configured, %s', (_, gateway, isTTY, lines) => {
  expect(tokenLines(gateway, { admin: {} }, { stderr: { isTTY } })).toEqual(lines);
});
