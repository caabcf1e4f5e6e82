/** Prevents: a webhook of a monitor that lost its signature, and is taken for a health check of that monitor, which no sender signs. */
import { expect, it } from 'vitest';
import { explain } from '../../src/explain/index.ts';
import { createGate } from '../../src/index.ts';

async function firstFinding(method: string, agent: string): Promise<string | undefined> {
  const gate = createGate({ provider: 'github', keys: ['the-shared-secret-of-this-gate'] });
  const headers: [string, string][] = [['User-Agent', agent]];
  const body = method === 'POST' ? '{"id":"evt_1"}' : '';
  const { findings } = await explain({ method, url: '/hooks', headers, body }, gate, { budgetMs: 10_000 });
  return findings[0]?.id;
}

it.each(['Datadog/1.0', 'UptimeRobot/2.0', 'Pingdom.com_bot_version_1.4', 'StatusCake'])(
  'a GET of %s is a health check, and a POST is none',
  async (agent) => {
    expect(await firstFinding('GET', agent)).toBe('signature-never-sent');
    expect(await firstFinding('HEAD', agent)).toBe('signature-never-sent');
    expect(await firstFinding('POST', agent)).not.toBe('signature-never-sent');
  },
);
