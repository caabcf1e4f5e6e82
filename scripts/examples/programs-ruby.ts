/** What the settings of Rails stand in: plain Ruby, where they need no more. */
import {
  ADDRESS,
  BINDING,
  BOUND_VALUE,
  IN_BASE64,
  KEY_SET,
  OLD_SIGNATURE,
  type Program,
  SECRET,
  SIGNATURE,
  SIGNED_TIMES,
  TARGET,
  TOKENS,
  WITH_BLANKS,
} from './program.ts';
import { railsProgram } from './rails.ts';

/** What Rails loads before any code of an application. */
const SUPPORT = "require 'active_support/all'\nrequire 'active_support/security_utils'\nrequire 'openssl'\n";
const BEHIND_PROXY = `'HTTP_HOST' => 'internal:8080', 'HTTP_X_FORWARDED_PROTO' => 'https', 'HTTP_X_FORWARDED_HOST' => 'hooks.example'`;

export const RUBY_PROGRAMS: Readonly<Record<string, Program>> = {
  'rails key-whitespace': { text: 'CODE\nprint secret', prints: SECRET, secret: WITH_BLANKS },
  'rails key-encoding': { text: 'CODE\nprint secret', prints: SECRET, secret: IN_BASE64 },
  'rails key-as-text': { text: 'CODE\nprint secret', prints: SECRET },
  'rails time-form': { text: 'CODE\nprint (Time.now.to_i - timestamp.to_i).abs < 60', prints: 'true' },
  'rails key-rotation': {
    text: `${SUPPORT}CODE
['${SIGNATURE}', '${OLD_SIGNATURE}', '0' * 64].each { |text| puts genuine?('{}', 'sha256=' + text) }`,
    prints: 'true\ntrue\nfalse\n',
  },
  'rails proxy-host': {
    text: railsProgram('action', 'url', `print app.post('/webhook?a=%3a', ${BEHIND_PROXY}).body`),
    prints: `${ADDRESS}/webhook?a=%3a`,
  },
  'rails proxy-path': {
    text: railsProgram('action', 'target', `print app.post('${TARGET}').body`),
    prints: TARGET,
  },
  'rails redirect': {
    text: railsProgram(
      'configuration',
      "''",
      "['/webhook', '/other'].each { |path| puts app.post(path).status }",
    ),
    prints: '200\n308\n',
  },
  'rails signature-encoding': { text: `CODE\nprint sign('${SECRET}', '{}')`, prints: SIGNATURE },
  'rails message-parts': {
    text: `${SUPPORT}CODE
${JSON.stringify(SIGNED_TIMES)}.each { |time, text| puts genuine?({ 'X-Timestamp' => time, 'X-Signature' => text }, '{}') }`,
    prints: 'true\nfalse\nfalse\n',
  },
  'rails token-key': {
    text: `CODE
keys = JSON.parse('${KEY_SET}')
${JSON.stringify(TOKENS)}.each do |token|
  puts claims_of(token, keys)['aud']
rescue JWT::InvalidAudError
  puts 'refused'
end`,
    prints: 'https://api.example\nrefused\n',
  },
  'rails binding': {
    text: `${SUPPORT}CODE
['${BOUND_VALUE}', 'Bearer mallory'].each { |value| puts bound?({ 'pay' => '${BINDING}' }, { 'Authorization' => value }) }`,
    prints: 'true\nfalse\n',
  },
};
