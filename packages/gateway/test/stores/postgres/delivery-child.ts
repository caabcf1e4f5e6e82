/** Takes what is due and prints its places; made to be killed before it settles any. */
import { openPostgresDeliveries } from '../../support/postgres-deliveries.ts';

const [address, leaseMs] = process.argv.slice(2);
if (address === undefined || leaseMs === undefined)
  throw new Error('usage: delivery-child.ts ADDRESS LEASE_MS');
const { deliveries } = await openPostgresDeliveries(address);
const dues = await deliveries.take({
  destination: 'a',
  limit: 100,
  maxBytes: 1_000_000,
  leaseMs: Number(leaseMs),
  nowMs: Date.now(),
});
process.stdout.write(`${JSON.stringify(dues.map(({ place }) => place))}\n`);
// Until it is killed.
setInterval(() => {}, 60_000);
