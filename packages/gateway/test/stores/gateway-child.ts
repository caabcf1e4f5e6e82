/** A gateway in a process of its own: prints its log, drains at SIGTERM, ends with 2 where it cannot start. */
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [dir = '', input = '{}'] = process.argv.slice(2);
const { config } = parseConfig(JSON.parse(input), { baseDir: dir, env: {} });
const logSink = { write: (line: string) => void process.stdout.write(line) };
try {
  const gateway = await startGateway({ config, logSink });
  process.once('SIGTERM', () => void gateway.drain());
} catch (error) {
  process.stdout.write(`${JSON.stringify({ msg: String(error) })}\n`);
  process.exitCode = 2;
}
