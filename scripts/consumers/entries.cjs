/** A newcomer's JavaScript in CommonJS: requires each entry, named as arguments, imports it too, and receives one webhook. */
const assert = require('node:assert/strict');
const { webhook } = require('@countersign/core/fetch');
const { signedRequest } = require('@countersign/core/testing');

async function main() {
  for (const entry of process.argv.slice(2)) {
    const required = require(entry);
    const imported = await import(entry);
    assert.ok(Object.keys(required).length > 0, `${entry} exports nothing`);
    // Two copies would be two registries, and an error of the one no instance of the other's class.
    for (const [name, value] of Object.entries(imported))
      assert.equal(required[name], value, `${entry}: ${name} is another one when it is required`);
  }

  const secret = 'a-webhook-secret-of-27-bytes';
  const { toRequest } = await signedRequest({ provider: 'github', keys: [secret] }, { action: 'opened' });
  assert.equal((await webhook('github', secret, () => undefined)(toRequest())).status, 200);
}

main();
