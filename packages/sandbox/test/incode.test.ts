import { describe, expect, it } from 'vitest';
import { headerOf, incodeWebhook } from '../src/index.ts';
import { bodyText } from './support.ts';

describe('incodeWebhook', () => {
  it('posts the documented body', () => {
    const request = incodeWebhook({ auth: { kind: 'none' }, payload: { interviewId: 'i-1' } });
    expect(request).toMatchObject({
      method: 'POST',
      path: '/webhook',
      headers: [{ name: 'content-type', value: 'application/json' }],
    });
    expect(JSON.parse(bodyText(request))).toEqual({
      interviewId: 'i-1',
      onboardingStatus: 'ONBOARDING_FINISHED',
      clientId: expect.any(String),
      flowId: expect.any(String),
    });
  });

  it('posts to /approve', () => {
    expect(incodeWebhook({ auth: { kind: 'none' }, path: '/approve' }).path).toBe('/approve');
  });

  it('sends what the site is set to send', () => {
    const bearer = incodeWebhook({ auth: { kind: 'bearer', token: 't-1' } });
    expect(headerOf(bearer, 'authorization')).toBe('Bearer t-1');
    const basic = incodeWebhook({ auth: { kind: 'basic', user: 'Aladdin', password: 'open sesame' } });
    // The example of RFC 7617 §2.
    expect(headerOf(basic, 'authorization')).toBe('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==');
    const header = incodeWebhook({ auth: { kind: 'header', name: 'x-incode-secret', value: 's-1' } });
    expect(headerOf(header, 'X-Incode-Secret')).toBe('s-1');
  });

  it('refuses a basic user with a colon', () => {
    expect(() => incodeWebhook({ auth: { kind: 'basic', user: 'a:b', password: 'c' } })).toThrow(RangeError);
  });
});
