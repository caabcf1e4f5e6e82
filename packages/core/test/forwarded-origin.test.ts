import { describe, expect, it } from 'vitest';
import { forwardedOrigin } from '../src/forwarded-origin.ts';
import { HeaderList } from '../src/headers.ts';

describe('forwardedOrigin', () => {
  it.each<[string, string | undefined]>([
    ['https', 'https'],
    [' HTTPS\t', 'https'],
    ['https, \thttps', 'https'],
    ['https,', 'https'],
    ['https, http', undefined],
    ['ftp', undefined],
    // HTTP's white space is SP and HTAB (RFC 9110 §5.6.3).
    ['https\u00a0', undefined],
    ['https, \u00a0', undefined],
  ])('reads the protocol %j as %j', (text, scheme) => {
    expect(forwardedOrigin(new HeaderList(['X-Forwarded-Proto', text])).scheme).toBe(scheme);
  });

  it('leaves a host as it stands but for spaces and tabs', () => {
    expect(forwardedOrigin(new HeaderList(['X-Forwarded-Host', ' App.example\t'])).host).toBe('app.example');
    expect(forwardedOrigin(new HeaderList(['X-Forwarded-Host', 'app.example\u00a0'])).host).toBe(
      'app.example\u00a0',
    );
  });
});
