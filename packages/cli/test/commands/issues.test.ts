/** `countersign issues`, against a gateway that runs. */
import { describe, expect, it } from 'vitest';
import { startDay } from './day-bench.ts';

async function withRefused(count: number) {
  const day = await startDay();
  for (let n = 0; n < count; n++)
    await fetch(`${day.gateway.publicUrl}/hooks`, {
      method: 'POST',
      headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
      body: 'x',
    });
  return day;
}

describe('countersign issues', () => {
  it('lists failures as one line, shows one, acknowledges and closes it', async () => {
    const { ask } = await withRefused(3);
    const { out } = await ask(['issues', 'list']);
    const [id = '', ...rest] = out.trimEnd().split(/ {2,}/);
    expect(rest).toEqual([
      'open',
      'hooks',
      'signature-mismatch',
      '3 failures',
      expect.stringMatching(/^last 20\d\d-/),
    ]);
    const shown = (await ask(['issues', 'show', id])).out;
    expect(shown).toMatch(
      /^signature-mismatch at hooks\nstate +open\nfailures +3; 3 in the last hour, 3 in the last two days\n/,
    );
    expect(shown).toMatch(/\n→ .*explain/);
    const acknowledged = await ask(['issues', 'ack', id, '--note', 'asked the partner', '--json']);
    expect(JSON.parse(acknowledged.out)).toMatchObject({ state: 'acknowledged', changedBy: 'token' });
    expect((await ask(['issues', 'show', id])).out).toMatch(
      /\nstate +acknowledged by token at .*\nnote +asked the partner\n/,
    );
    expect((await ask(['issues', 'list', '--state', 'open'])).err).toBe('No issues.\n');
    expect((await ask(['issues', 'close', id])).out).toMatch(/ closed /);
    expect(await ask(['issues', 'ack', id])).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /: a closed issue is not acknowledged: reopen it first\n {2}→ It opens by itself when it fails again; reopen it in the console to take it up now\.\n$/,
      ),
    });
    const json = (await ask(['issues', 'list', '--gate', 'hooks', '--json'])).out;
    expect(JSON.parse(json)).toMatchObject({ id, state: 'closed', ended: 'operator' });
  });

  it('says what there is no issue of', async () => {
    const { ask } = await withRefused(0);
    expect(await ask(['issues', 'show', '0f343b0931126a20'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /: there is no such issue; those that were closed are forgotten after 30 days\n {2}→ `countersign issues list` shows them\.\n$/,
      ),
    });
    expect((await ask(['issues', 'list', '--gate', 'hoks'])).err).toMatch(/did you mean hooks\?/);
  });
});
