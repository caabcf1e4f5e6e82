import type { Provider } from '../provider.ts';
import { SIGV4_ROWS } from '../schemes/aws-sigv4/option-rows.ts';
import { readSigV4 } from '../schemes/aws-sigv4/sigv4-options.ts';
import { createSigV4Scheme } from '../schemes/aws-sigv4/sigv4-scheme.ts';

export const awsSigv4: Provider<'aws-sigv4'> = {
  id: 'aws-sigv4',
  title: 'AWS Signature Version 4',
  summary:
    'Clients sign method, URL, headers and body with HMAC-SHA256, by a key that is derived for one day, region and service, as clients of AWS do.',
  source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html',
  keyVariable: 'AWS_SECRET_ACCESS_KEY',
  setUp:
    'Have the client’s SDK sign for the gate’s region and service, with the access key id that the gate’s key has as its id.',
  needs: { region: 'us-east-1', service: 'execute-api' },
  scheme: {
    options: SIGV4_ROWS,
    create: (options) => createSigV4Scheme(readSigV4(options, 'aws-sigv4')),
  },
  proof: 'signature',
  usualOutcome: 'forward',
  repeats: 'refuse',
  replayNote: 'The signed message is the identity: two equal requests in one second count as one.',
};
