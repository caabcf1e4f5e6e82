/** Schemes declared as data, in a configuration file or in code: checked, completed with defaults, and built. */
import { OptionReader, type RawOptions } from '../options.ts';
import type { Scheme } from '../scheme.ts';
import { readSigV4 } from './aws-sigv4/sigv4-options.ts';
import { createSigV4Scheme } from './aws-sigv4/sigv4-scheme.ts';
import { createCertificateScheme } from './certificate/certificate-scheme.ts';
import { readCertificateOptions } from './certificate/declared-options.ts';
import { readSource } from './declared-source.ts';
import { createDeclaredTemplate, readTemplate } from './declared-template.ts';
import { handshake } from './handshake.ts';
import { readHandshake } from './handshake-options.ts';
import { createDetachedJwsScheme } from './jws/detached-jws.ts';
import { readDetachedJws } from './jws/detached-options.ts';
import { createDeclaredToken } from './jwt/declared-token.ts';
import { readMessageSignatures } from './message-signatures/declared-options.ts';
import { createMessageSignatureScheme } from './message-signatures/message-signatures.ts';
import { SCHEME_TYPES } from './scheme-types.ts';
import { createSharedTokenScheme, TOKEN_FORMS } from './shared-token.ts';

/** Builds a scheme from its declaration. @throws SetupError naming the option and the remedy. */
export function createDeclaredScheme(raw: RawOptions): Scheme {
  const options = new OptionReader(raw, 'scheme');
  switch (options.oneOf('type', SCHEME_TYPES) ?? 'template') {
    case 'jwt':
      return createDeclaredToken(options);
    case 'shared-token':
      return createSharedToken(options);
    case 'http-message-signatures':
      return createMessageSignatureScheme(readMessageSignatures(options, 'http-message-signatures'));
    case 'detached-jws':
      return createDetachedJwsScheme(readDetachedJws(options));
    case 'aws-sigv4':
      return createSigV4Scheme(readSigV4(options, 'aws-sigv4'));
    case 'certificate':
      return createCertificateScheme(readCertificateOptions(options));
    case 'template': {
      // `type` is the type of the scheme here.
      const type = readSource(options, 'eventType');
      return createDeclaredTemplate(readTemplate(options, { name: 'template', ...(type && { type }) }));
    }
  }
}

function createSharedToken(options: OptionReader): Scheme {
  const test = readHandshake(options, undefined);
  const scheme = {
    name: 'shared-token',
    header: options.headerName('header') ?? 'authorization',
    form: options.oneOf('form', TOKEN_FORMS) ?? (options.has('header') ? 'plain' : 'bearer'),
    handshakes: test ? [handshake(test)] : [],
  } as const;
  options.refuseUnread();
  return createSharedTokenScheme(scheme);
}
