/** Reads the options of detached signatures, from a declaration or a provider’s options; and their rows. */
import { HEADER_NAME, type OptionRow, oneOrMore, TEXT, words } from '../../option-row.ts';
import { notGiven, type OptionReader } from '../../options.ts';
import { SetupError } from '../../setup-error.ts';
import { isObject } from '../../text/is-object.ts';
import { publicKeyJwtAlgorithms } from '../jwt/algorithms.ts';
import { readKeySetUrl } from '../jwt/key-set-url.ts';
import { jwtOptionRows, PUBLIC_KEY_TOKEN_ALGORITHM } from '../jwt/option-rows.ts';
import { type DetachedJwsOptions, PATH_ENDS } from './detached-jws-options.ts';

export const REQUIRED_HEADERS_ROW: OptionRow = {
  name: 'requiredHeaders',
  description: 'headers that each signature must cover: one or a list',
  value: oneOrMore(HEADER_NAME),
  default: 'none: those that the sender chooses',
};

/** All of them. */
export const DETACHED_JWS_ROWS: readonly OptionRow[] = [
  {
    name: 'algorithm',
    description: 'one or a list of RS…, PS…, ES… (256, 384, 512), Ed25519',
    value: oneOrMore(PUBLIC_KEY_TOKEN_ALGORITHM),
    default: 'none',
    isRequired: true,
  },
  {
    name: 'header',
    description: 'the header that carries the signature',
    value: HEADER_NAME,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'headersParameter',
    description: 'the parameter of the signature’s header that names the headers that it covers',
    value: TEXT,
    default: 'none',
    isRequired: true,
  },
  {
    name: 'parameters',
    description: 'what other parameters of the signature’s header must say, by their names',
    value: { type: 'object', properties: {}, additionalProperties: TEXT },
    default: 'none',
  },
  REQUIRED_HEADERS_ROW,
  {
    name: 'pathEnd',
    description:
      'as-received; or either: a signature of the path with a slash at its end, or without it, is as good',
    value: words(...PATH_ENDS),
    default: 'as-received',
  },
  ...jwtOptionRows(['jwks']),
];

/** @throws SetupError naming the option and the remedy. */
export function readDetachedJws(options: OptionReader): DetachedJwsOptions {
  const algorithms = publicKeyJwtAlgorithms(options.raw('algorithm'), options.path('algorithm'));
  const header = required(options, 'header', options.headerName('header'));
  const headersParameter = required(options, 'headersParameter', options.text('headersParameter'));
  const parameters = readParameters(options);
  const pathEnd = options.oneOf('pathEnd', PATH_ENDS);
  const scheme = {
    name: 'detached-jws',
    algorithms,
    header,
    headersParameter,
    ...(parameters && { parameters }),
    ...(pathEnd && { pathEnd }),
    ...readDetachedSettings(options),
  };
  options.refuseUnread();
  return scheme;
}

/** What a provider’s gates may set. */
export function readDetachedSettings(
  options: OptionReader,
): Pick<DetachedJwsOptions, 'requiredHeaders' | 'keySet'> {
  const requiredHeaders = options.headerNames('requiredHeaders');
  const keySet = readKeySetUrl(options);
  return { ...(requiredHeaders && { requiredHeaders }), ...(keySet && { keySet }) };
}

function required(options: OptionReader, name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw notGiven(options, name, 'Give what the sender’s page says of it.');
}

function readParameters(options: OptionReader): Readonly<Record<string, string>> | undefined {
  const raw = options.raw('parameters');
  if (raw === undefined) return undefined;
  if (isObject(raw) && Object.values(raw).every((value) => typeof value === 'string')) {
    return raw as Readonly<Record<string, string>>;
  }
  throw new SetupError(
    options.path('parameters'),
    'it is no object of texts',
    'Give texts by the names of parameters, e.g. { tl_version: "2" }.',
  );
}
