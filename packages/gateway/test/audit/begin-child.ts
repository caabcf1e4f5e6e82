/** Writes down that a call begins, says so, and waits to be killed. */
import { openAuditAccess } from '../../src/audit/audit-access.ts';
import { openStore } from '../../src/stores/open-store.ts';
import { auditKeysOf } from './audit-keys.ts';

const [, , file = '', key = ''] = process.argv;
const store = await openStore(`sqlite:${file}`);
const { log } = await openAuditAccess({
  audit: store.audit,
  keys: auditKeysOf(key),
  forMs: Number.MAX_SAFE_INTEGER,
  now: Date.now,
  log: { info() {}, warn() {}, error() {} },
});
await log.begin({
  kind: 'change',
  who: { name: 'ann', role: 'admin', by: 'password' },
  from: '192.0.2.7',
  route: 'eraseEvents',
  target: {},
  input: {},
});
process.stdout.write('begun\n');
setInterval(() => {}, 1_000);
