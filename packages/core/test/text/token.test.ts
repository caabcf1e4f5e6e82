/** Tokens, as RFC 9110 §5.6.2 writes them. */
import { expect, it } from 'vitest';
import { isToken, isTokenChar, TOKEN_CHAR, tokenEnd } from '../../src/text/token.ts';

it('a token is one or more of visible ASCII without delimiters', () => {
  for (let code = 0; code < 300; code++) {
    const char = String.fromCharCode(code);
    const isInToken = /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(char);
    expect(isTokenChar(code)).toBe(isInToken);
    expect(new RegExp(`^${TOKEN_CHAR}$`).test(char)).toBe(isInToken);
    for (const text of [char, `a${char}`, `${char}a`]) expect(isToken(text)).toBe(isInToken);
  }
  expect(isToken('')).toBe(false);
});

it('a token ends before the first char that is in none', () => {
  expect(tokenEnd('GET / HTTP', 0)).toBe(3);
  expect(tokenEnd('GET / HTTP', 3)).toBe(3);
  expect(tokenEnd('GET / HTTP', 6)).toBe(10);
  expect(tokenEnd('', 0)).toBe(0);
});
