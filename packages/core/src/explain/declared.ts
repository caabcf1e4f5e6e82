/** What schemes were declared as, by their type: what hypotheses change of it. */
import type { Declared, Scheme } from '../scheme.ts';
import type { CertificateOptions } from '../schemes/certificate/certificate-options.ts';
import type { DpopOptions } from '../schemes/jwt/dpop-scheme.ts';
import type { JwtOptions } from '../schemes/jwt/token-options.ts';
import type { MessageSignatureOptions } from '../schemes/message-signatures/policy.ts';
import type { SharedTokenOptions } from '../schemes/shared-token.ts';
import type { TemplateOptions } from '../schemes/template-options.ts';

interface DeclaredTypes {
  readonly template: TemplateOptions;
  readonly token: JwtOptions;
  readonly dpop: DpopOptions;
  readonly 'shared-token': SharedTokenOptions;
  readonly 'message-signatures': MessageSignatureOptions;
  readonly certificate: CertificateOptions;
}

/** Its options, and what builds another; undefined where it is of another type. */
export function declaredAs<Type extends keyof DeclaredTypes>(
  { declared }: Scheme,
  type: Type,
): Declared<DeclaredTypes[Type]> | undefined {
  const own = [declared, declared.beside].find((part) => part?.type === type);
  // The type says what the options are: each is written in one place.
  return own as Declared<DeclaredTypes[Type]> | undefined;
}
