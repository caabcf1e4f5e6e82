import { HEADER_NAME } from '@countersign/api';
import { isToken } from '@countersign/core/internal/token';
import { expect, it } from 'vitest';

it('the admin API, which depends on nothing, takes the names of headers that the engine takes', () => {
  for (let code = 0; code < 300; code++) {
    const char = String.fromCharCode(code);
    for (const text of [char, `a${char}`, `${char}a`]) expect(HEADER_NAME.test(text)).toBe(isToken(text));
  }
  expect(HEADER_NAME.test('')).toBe(false);
});
