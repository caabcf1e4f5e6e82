/** Where a load test's deliveries go, in a process of its own: answers at once, and tells what came when. */
import { createServer } from 'node:http';
import { nowUs } from './now-us.ts';

/** What came: numbers of requests, and microseconds of `nowUs`, in turn. */
export type Arrivals = readonly number[];

const TELL_MS = 100;

let arrivals: number[] = [];
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    arrivals.push(Number(request.headers['x-torture-number']), nowUs());
    response.end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
setInterval(() => {
  if (arrivals.length === 0) return;
  process.send?.(arrivals);
  arrivals = [];
}, TELL_MS);
// Its parent has ended.
process.on('disconnect', () => process.exit());
