/** A gateway of its own process, made to be killed while its upstream holds a request. Prints where it listens. */
import { parseConfig } from '../../src/config/parse-config.ts';
import { startGateway } from '../../src/gateway.ts';

const [input = ''] = process.argv.slice(2);
const { config } = parseConfig(JSON.parse(input), { baseDir: '/', env: {} });
const { publicUrl } = await startGateway({ config, logSink: { write: () => {} } });
process.stdout.write(`${publicUrl}\n`);
