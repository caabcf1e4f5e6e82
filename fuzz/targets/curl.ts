/** Pasted curl lines: what is read is printed and read again, the same request. */

import { UsageError } from '../../packages/cli/src/usage-error.ts';
import { readRequest } from '../../packages/core/src/request-input/detect.ts';
import type { RequestInput } from '../../packages/core/src/request-input/request-input.ts';
import { target } from '../target.ts';
import { judgePrints } from './request-prints.ts';

export const curl = target<RequestInput | UsageError>({
  about:
    'a line is refused with a remedy, or its request is printed as curl line and as JSON, which are the same request',
  words: [
    ' http://a.example/hook',
    ` -X POST -H 'Content-Type: application/json' --data-raw '{"a":1}'`,
    " -H 'x: y'",
    ' -d a=b',
    ' --data-urlencode ',
    "$'\\x41\\u00e9'",
    "'\\''",
    '^"',
    '^\n',
    '\\\n',
    ' -u a:b',
    ' --json {}',
    ' -G',
    ' -I',
    ' -k -s -S -i -L',
    ' -b a=b',
    ' --compressed',
    ' -H "a;"',
    ' -H a:',
    ' | jq .',
    'printf %s eyJhIjoxfQ== | base64 -d | curl ',
    ' --data-binary @-',
  ],
  read: (input) => read(line(input)),
  judge(_input, result) {
    if (!(result instanceof UsageError)) judgePrints(result);
  },
});

function line(input: Uint8Array): Uint8Array {
  return Buffer.from(input.subarray(0, 6)).toString('latin1') === 'printf'
    ? input
    : Buffer.concat([Buffer.from('curl '), input]);
}

function read(bytes: Uint8Array): RequestInput | UsageError {
  try {
    return readRequest(bytes);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}
