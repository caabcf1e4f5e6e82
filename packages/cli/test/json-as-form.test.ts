/** A request that is proved and that nothing behind the gate can read. */
import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { run } from './support.ts';

const KEY = 'a-key-of-more-than-sixteen-bytes';

function curlLine(body: string, type?: string): string {
  const signature = createHmac('sha256', KEY).update(body).digest('hex');
  const header = type === undefined ? '' : ` -H 'Content-Type: ${type}'`;
  return `curl https://a.example/ -H 'X-Hub-Signature-256: sha256=${signature}'${header} -d '${body}'`;
}

it.each(['verify', 'explain'])('%s says of JSON that came as a form that it is none', async (command) => {
  const judge = (line: string) => run([command, '-p', 'github', '-k', KEY], { stdin: line });
  const form = await judge(curlLine('{"a":1}'));
  expect(form.code).toBe(0);
  expect(form.err).toContain('its content type says that it is a form');
  expect(form.err).toContain("--data-binary @file -H 'Content-Type: application/json'");
  for (const line of [curlLine('{"a":1}', 'application/json'), curlLine('a=1'), curlLine('[x]=1')]) {
    const other = await judge(line);
    expect(other.code).toBe(0);
    expect(other.err).not.toContain('form');
  }
});
