/** Users with passwords on each Node that is supported: it checks them, or says before anything starts that it cannot. */
import crypto from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newFolder, spawnProgram } from './support.ts';

/** Of RFC 9106's second choice; whose password it is does not matter. */
const HASH = `$argon2id$v=19$m=65536,t=3,p=4$${'A'.repeat(22)}$${'A'.repeat(43)}`;

it('check says of a configuration with users what a start would come to', async () => {
  const cwd = newFolder();
  writeFileSync(
    join(cwd, 'countersign.yaml'),
    `listen: { public: 127.0.0.1:0, admin: 127.0.0.1:0 }
store: "memory:"
admin: { token: "\${env:TOKEN}", users: [{ name: ada, role: admin, password: "\${env:HASH}" }] }
gates: { g: { path: /g, provider: none, respond: { status: 204 } } }
`,
  );
  const { code, err } = await spawnProgram(['check'], { cwd, env: { TOKEN: 'Vd3pQ0zkT9wXr2LmYb7H', HASH } });
  // Node 22 has none; the types are of the newest.
  if ('argon2' in crypto) expect([code, err]).toEqual([0, expect.not.stringContaining('argon2id')]);
  else {
    expect(code).toBe(2);
    expect(err).toContain(`argon2id, which Node ${process.versions.node} does not have`);
    expect(err).toContain('Start it with Node 24.7 or later');
  }
});
