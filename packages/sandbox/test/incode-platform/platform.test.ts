import { describe, expect, it, onTestFinished } from 'vitest';
import { startIncodePlatform } from '../../src/index.ts';
import { ADMIN, callApi, startSession } from './support.ts';

describe('a platform', () => {
  it('makes up an account of its own, another each time', async () => {
    const platforms = [await startIncodePlatform(), await startIncodePlatform()];
    for (const platform of platforms) onTestFinished(() => platform.close());
    const [first, other] = platforms.map(({ apiKey, flowId, admin }) => ({ apiKey, flowId, admin }));
    expect(first).toEqual({
      apiKey: expect.stringMatching(/^incode-api-key-[0-9a-f]{32}$/),
      flowId: expect.stringMatching(/^[0-9a-f]{24}$/),
      admin: {
        email: 'admin@sandbox.example',
        password: expect.stringMatching(/^incode-password-[0-9a-f]{32}$/),
      },
    });
    for (const name of ['apiKey', 'flowId', 'admin'] as const)
      expect(first?.[name]).not.toEqual(other?.[name]);
    expect(platforms[0]?.clientId).toBe('sandbox-client');
  });

  it('takes calls at its apiUrl, on this machine only', async () => {
    const platform = await startIncodePlatform();
    onTestFinished(() => platform.close());
    expect(platform.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { interviewId } = await startSession(platform, { configurationId: platform.flowId });
    expect(platform.interviews()).toMatchObject([{ interviewId }]);
    await platform.close();
    await expect(callApi(platform, 'POST', '/omni/start')).rejects.toThrow('fetch failed');
  });

  it.each([
    ['apiKey', { apiKey: '' }],
    ['clientId', { clientId: '' }],
    ['flowId', { flowId: '' }],
    ['admin.email', { admin: { ...ADMIN, email: '' } }],
    ['admin.password', { admin: { ...ADMIN, password: '' } }],
  ])('does not start with an empty %s', async (name, options) => {
    await expect(startIncodePlatform(options)).rejects.toThrow(name);
  });
});
