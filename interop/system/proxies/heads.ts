/** Heads and bodies that no client would write, made of genuine signed ones. */

import { type Draw, of } from './draw.ts';
import { OPEN_PATH } from './gateways.ts';
import { CHANGES, type Head } from './head-changes.ts';
import type { Signed } from './signed-requests.ts';

/** One connection’s bytes. @param prefix what the proxy takes off the path */
export function bytesOf(number: number, prefix: string, signed: readonly Signed[], draw: Draw): Buffer {
  const head = headOf(number, prefix, of(signed, draw), draw);
  const more = of(signed, draw);
  for (let n = draw(4); n > 0; n--) of(CHANGES, draw)(head, draw, more);
  const { method, target, version, fields, body, lineEnd, before, after } = head;
  const lines = [`${method} ${target}${version}`, ...fields, '', ''].join(lineEnd);
  return Buffer.from(`${before}${lines}${body}${after}`, 'latin1');
}

function headOf(number: number, prefix: string, genuine: Signed, draw: Draw): Head {
  const { host, pathname, search } = new URL(genuine.url);
  const path = draw(3) === 0 ? pathname.replace(/^\/\w+/, OPEN_PATH) : pathname;
  return {
    method: genuine.method,
    target: `${prefix}${path}${search}`,
    version: ' HTTP/1.1',
    fields: [
      `Host: ${host}`,
      `X-Case: ${number}`,
      `X-Tenant: ${genuine.tenant}`,
      ...genuine.fields,
      ...(genuine.body === '' ? [] : [`Content-Length: ${genuine.body.length}`]),
      'Connection: close',
    ],
    body: genuine.body,
    lineEnd: '\r\n',
    before: '',
    after: '',
  };
}
