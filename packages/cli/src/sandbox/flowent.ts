/** Flowent's platform: takes registrations of actions, and calls them. */
import { randomBytes } from 'node:crypto';
import { startFlowentPlatform } from '@countersign/sandbox';
import { UsageError } from '../usage-error.ts';
import type { Platform, PlatformSettings, RunningPlatform } from './platform.ts';

export const flowent: Platform = {
  name: 'flowent',
  about: 'the API that actions are registered with; it calls them, signed',
  reads: ['FLOWENT_API_TOKEN', 'FLOWENT_HMAC_KEY'],
  start,
};

/** The text as it stands, so that its numbers keep their digits. */
function readParameters(text: string): string {
  if (text === '') return '{}';
  try {
    JSON.parse(text);
  } catch {
    throw new UsageError('the parameters are not JSON', 'Write NAME {"parameter": "value"}, on one line.');
  }
  return text;
}

async function start({ port, variable, now, onEvent }: PlatformSettings): Promise<RunningPlatform> {
  const secret = (): string => randomBytes(24).toString('base64url');
  const tenant = {
    apiToken: variable('FLOWENT_API_TOKEN') ?? secret(),
    hmacKey: variable('FLOWENT_HMAC_KEY') ?? secret(),
  };
  const platform = await startFlowentPlatform({
    port,
    now,
    tenants: [tenant],
    onCall: ({ method, path, status }) => onEvent(`${method} ${path} → ${status ?? 'no answer'}`),
  });
  return {
    url: platform.baseUrl,
    variables: {
      FLOWENT_API_URL: platform.baseUrl,
      FLOWENT_API_TOKEN: tenant.apiToken,
      FLOWENT_HMAC_KEY: tenant.hmacKey,
    },
    hints: [
      'Register actions with `countersign actions push`, with these variables and the gateway’s own address as publicUrl, e.g. http://127.0.0.1:8787.',
      'Then type NAME {"parameter": …} here, and Enter: the platform calls the action, signed.',
    ],
    async ask(line) {
      const [, name = '', written = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
      const parameters = readParameters(written);
      const registeredNames = platform.actions().map((action) => action.name);
      if (!registeredNames.includes(name)) {
        const registered =
          registeredNames.length === 0
            ? 'None is registered yet.'
            : `Registered: ${registeredNames.join(', ')}.`;
        throw new UsageError(`no action is named "${name}"`, registered);
      }
      const { status, bodyText } = await platform.call(name, parameters);
      return `${status} ${bodyText}`;
    },
    close: () => platform.close(),
  };
}
