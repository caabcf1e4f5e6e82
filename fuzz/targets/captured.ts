/** Requests as tools capture them: HAR, JSON, raw HTTP, a fetch call, Lambda's event, GitHub's delivery. */

import { UsageError } from '../../packages/cli/src/usage-error.ts';
import { readRequest } from '../../packages/core/src/request-input/detect.ts';
import type { RequestInput } from '../../packages/core/src/request-input/request-input.ts';
import { target } from '../target.ts';
import { judgePrints } from './request-prints.ts';

export const captured = target<RequestInput | UsageError>({
  about:
    'a capture is refused with a remedy, or its request is printed as curl line and as JSON, which are the same request',
  words: [
    '{"log":{"entries":[{"request":{"method":"POST","url":"http://a/","headers":[{"name":"a","value":"b"}],"postData":{"text":"e30=","encoding":"base64"}}}]}}',
    '{"method":"POST","url":"/","headers":{"a":["b"]},"bodyBase64":"e30="}',
    '{"requestContext":{"http":{"method":"POST"}},"rawPath":"/","rawQueryString":"a=b","headers":{},"body":"x","isBase64Encoded":false}',
    '{"requestContext":{},"httpMethod":"POST","path":"/","queryStringParameters":{"a":"b"},"headers":null,"body":null}',
    '{"delivered_at":"","request":{"headers":{},"payload":{}}}',
    'POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}',
    'POST /hook HTTP/1.1\nTransfer-Encoding: chunked\n\n2\r\n{}\r\n0\r\n\r\n',
    'fetch("https://a.example/", {"method":"POST","headers":{"a":"b"},"body":"{}"});',
    'Request URL: https://a.example/\nX-A: b\n\n{"a": 1}',
    '"valueBase64":"/w=="',
    '{"type":"Buffer","data":[1,2]}',
    '"forwarded":{"scheme":"https","host":"a"}',
    '"withheld":true',
    '\ufeff',
  ],
  read: (input) => {
    try {
      return readRequest(input);
    } catch (error) {
      if (error instanceof UsageError) return error;
      throw error;
    }
  },
  judge(_input, result) {
    if (!(result instanceof UsageError)) judgePrints(result);
  },
});
