import type { Provider } from '../provider.ts';
import { createJwtScheme } from '../schemes/jwt.ts';

export const approov: Provider = {
  id: 'approov',
  title: 'Approov tokens',
  summary: 'A mobile app that Approov has attested sends a short-lived HS256 token with each request.',
  source:
    'Approov’s Python token-check quickstart, https://github.com/approov/quickstart-python-flask-token-check',
  keyVariable: 'APPROOV_BASE64_SECRET',
  options: [
    {
      name: 'binding',
      description: 'headers that the token is bound to by its claim pay, in order',
      default: 'none',
    },
    { name: 'header', description: 'the header that carries the token', default: 'approov-token' },
    { name: 'leewayMs', description: 'allowed difference of the clocks', default: '0' },
  ],
  replayNote: 'None: an app sends the same token with many requests until it expires.',
  createScheme: (options) => {
    const binding = options.texts('binding')?.map((name) => name.toLowerCase());
    const header = (options.text('header') ?? 'approov-token').toLowerCase();
    const leewayMs = options.number('leewayMs') ?? 0;
    options.end();
    return createJwtScheme({
      name: 'approov',
      algorithm: 'HS256',
      header,
      keyEncoding: 'base64',
      required: ['exp'],
      leewayMs,
      ...(binding && { binding }),
    });
  },
};
