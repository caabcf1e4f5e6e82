/** What stands behind nginx must be sent what came, to the letter. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Example } from '../../packages/core/dist/explain/index.js';
import { freePorts } from '../free-ports.ts';
import { BODY, send } from './programs.ts';
import { listening, stop } from './start.ts';

/** @throws Error where something else comes */
export async function sendThroughNginx({ code }: Example, folder: string): Promise<void> {
  const [port = 0, behind = 0] = await freePorts(2);
  const seen: string[] = [];
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const chunk of req.setEncoding('utf8')) body += chunk;
    const { host, x_signature: signature, authorization } = req.headers;
    seen.push(`${req.method} ${req.url} ${host} ${signature} ${authorization} ${body}`);
    res.end();
  }).listen(behind, '127.0.0.1');
  const path = join(folder, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  writeFileSync(
    path,
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr; events {}
http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port};
${code.replaceAll('3000', String(behind))}
} }
`,
  );
  const child = spawn('nginx', ['-c', path, '-p', folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  try {
    await listening(port, child);
    seen.length = 0;
    const target = '/a//b%2Fc/?q=%3a+1&&b=';
    const headers = { host: 'hooks.example:8443', x_signature: 'abc', authorization: 'bearer  x' };
    await send(port, { target, headers, body: Buffer.from(BODY) });
    const expected = `POST ${target} hooks.example:8443 abc bearer  x ${BODY}`;
    if (seen[0] !== expected) throw new Error(`behind nginx comes ${seen[0]}`);
  } finally {
    await stop(child);
    server.close();
    server.closeAllConnections();
  }
}
