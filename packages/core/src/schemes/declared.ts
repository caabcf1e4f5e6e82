/** Schemes declared as data, in a configuration file or in code: checked, completed with defaults, and built. */
import { OptionReader, type RawOptions } from '../options.ts';
import type { Scheme } from '../scheme.ts';
import { createDeclaredTemplate, readTemplate } from './declared-template.ts';
import { readJwtOptions } from './jwt/jwt-options.ts';
import { createJwtScheme } from './jwt/jwt-scheme.ts';
import { readMessageSignatures } from './message-signatures/declared-options.ts';
import { createMessageSignatureScheme } from './message-signatures/message-signatures.ts';
import { JWT_KEY_ENCODINGS } from './scheme-rows.ts';
import { SCHEME_TYPES } from './scheme-types.ts';
import { createSharedTokenScheme, TOKEN_FORMS } from './shared-token.ts';

/** Builds a scheme from its declaration. @throws SetupError naming the option and the remedy. */
export function createDeclaredScheme(raw: RawOptions): Scheme {
  const options = new OptionReader(raw, 'scheme');
  switch (options.oneOf('type', SCHEME_TYPES) ?? 'template') {
    case 'jwt':
      return createJwt(options);
    case 'shared-token':
      return createSharedToken(options);
    case 'http-message-signatures':
      return createMessageSignatureScheme(readMessageSignatures(options, 'http-message-signatures'));
    case 'template':
      return createDeclaredTemplate(readTemplate(options, { name: 'template' }));
  }
}

function createJwt(options: OptionReader): Scheme {
  const keyEncoding = options.oneOf('keyEncoding', JWT_KEY_ENCODINGS);
  const prefix = options.text('prefix');
  const defaults = { name: 'jwt', header: 'authorization', prefix: 'Bearer ' };
  const scheme = readJwtOptions(options, { ...defaults, ...(keyEncoding && { keyEncoding }) });
  options.refuseUnread();
  return createJwtScheme({ ...scheme, ...(prefix !== undefined && { prefix }) });
}

function createSharedToken(options: OptionReader): Scheme {
  const scheme = {
    name: 'shared-token',
    header: options.headerName('header') ?? 'authorization',
    form: options.oneOf('form', TOKEN_FORMS) ?? (options.has('header') ? 'plain' : 'bearer'),
  } as const;
  options.refuseUnread();
  return createSharedTokenScheme(scheme);
}
