/** A program that calls a function `handler` as what stands before AWS Lambda does: with the events that AWS documents, by the header `x-caller`. */
export const LAMBDA_HOST = `import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { handler } from './index.ts';

const lists = (pairs) => {
  const all = {};
  for (const [name, value] of pairs) (all[name] ??= []).push(value);
  return all;
};
const lasts = (pairs) => Object.fromEntries(pairs);

const CALLERS = {
  'rest-api': (req, url, headers, body) => ({
    resource: '/{proxy+}',
    path: url.pathname,
    httpMethod: req.method,
    headers: lasts(headers),
    multiValueHeaders: lists(headers),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { path: url.pathname, identity: { sourceIp: '192.0.2.1' } },
    body: body.toString(),
    isBase64Encoded: false,
  }),
  'http-api': (req, url, headers, body) => ({
    version: '2.0',
    routeKey: 'POST /webhooks/github',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: lasts(headers),
    requestContext: { http: { method: req.method, path: url.pathname, sourceIp: '192.0.2.1' } },
    body: body.toString(),
    isBase64Encoded: false,
  }),
  'http-api-base64': (...parts) => ({
    ...CALLERS['http-api'](...parts),
    body: parts[3].toString('base64'),
    isBase64Encoded: true,
  }),
  'function-url': (...parts) => ({ ...CALLERS['http-api-base64'](...parts), routeKey: '$default' }),
  'load-balancer': (req, url, headers, body) => ({
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:targetgroup/hooks' } },
    httpMethod: req.method,
    path: url.pathname,
    queryStringParameters: {},
    headers: lasts(headers),
    body: body.toString(),
    isBase64Encoded: false,
  }),
  'load-balancer-lists': (req, url, headers, body) => ({
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:targetgroup/hooks' } },
    httpMethod: req.method,
    path: url.pathname,
    multiValueQueryStringParameters: {},
    multiValueHeaders: lists(headers),
    body: body.toString('base64'),
    isBase64Encoded: true,
  }),
};

createServer(async (req, res) => {
  const headers = [];
  for (let i = 0; i < req.rawHeaders.length; i += 2) headers.push([req.rawHeaders[i].toLowerCase(), req.rawHeaders[i + 1]]);
  const caller = CALLERS[req.headers['x-caller']];
  const reply = await handler(caller(req, new URL(req.url, 'http://lambda.test'), headers, await buffer(req)), {});
  const lines = Object.entries(reply.multiValueHeaders ?? reply.headers ?? {});
  res.writeHead(reply.statusCode, Object.fromEntries(lines));
  res.end(Buffer.from(reply.body ?? '', reply.isBase64Encoded ? 'base64' : 'utf8'));
}).listen(process.env.PORT, '127.0.0.1');
`;
