/** A test vector on the page. */

import { printRequest } from '../print-request.ts';
import { shellWord } from '../shell-word.ts';
import { familyOf } from './algorithms.ts';
import type { Signing } from './handout.ts';
import { ACCESS_TOKEN_VARIABLE, KEY_FILE_VARIABLE, SECRET_VARIABLE } from './language.ts';
import { block, code, row } from './markdown.ts';
import { isSeen } from './quoting.ts';

export function vectorLines(signing: Signing): readonly string[] {
  const { plan, vector } = signing;
  const message = Buffer.from(vector.messageHex, 'hex');
  const text = message.toString('utf8');
  const isText = Buffer.from(text).equals(message) && isSeen(text.replaceAll('\n', ''));
  return [
    'Made with a throw-away key, which no gateway accepts.',
    '',
    row(['', '']),
    row(['---', '---']),
    ...(plan.secret ? [row(['key', code(vector.key)])] : []),
    ...(['timestamp', 'id', 'nonce'] as const).flatMap((name) =>
      vector[name] === undefined ? [] : [row([name, code(vector[name])])],
    ),
    ...(vector.accessToken === undefined ? [] : [row(['access token', code(vector.accessToken)])]),
    ...(plan.hasBody
      ? [
          row([
            'body',
            `${code(vector.body)} (${Buffer.byteLength(vector.body)} bytes, no newline at the end)`,
          ]),
        ]
      : []),
    row([
      'name' in plan.signaturePut ? code(plan.signaturePut.name) : 'signature',
      `${code(vector.signature)}${isRandom(signing) ? ' (different each time: verify it with the public key)' : ''}`,
    ]),
    '',
    ...(plan.secret ? [] : ['The private key:', '', block(vector.key), '']),
    `The message, ${message.length} bytes:`,
    '',
    ...(isText ? [block(text), '', 'The same in hex:', ''] : []),
    block(vector.messageHex.replace(/(.{64})(?=.)/g, '$1\n')),
    '',
    'The request:',
    '',
    block(
      Buffer.from(printRequest(vector.request, 'http')).toString('utf8').replaceAll('\r\n', '\n'),
      'http',
    ),
    '',
    'The programs below print the same signature for it:',
    '',
    block(printCommand(signing)),
  ];
}

function isRandom({ plan }: Signing): boolean {
  return ['ecdsa-der', 'ecdsa-raw', 'rsa-pss'].includes(familyOf(plan));
}

function printCommand({ plan, vector, programs }: Signing): string {
  const key = plan.secret
    ? `${SECRET_VARIABLE}=${shellWord(vector.key)}`
    : `${KEY_FILE_VARIABLE}=throw-away.pem`;
  const token = vector.accessToken === undefined ? [] : [`${ACCESS_TOKEN_VARIABLE}=${vector.accessToken}`];
  const times = (['timestamp', 'id', 'nonce'] as const).flatMap((name) =>
    vector[name] === undefined ? [] : [`${name.toUpperCase()}=${vector[name]}`],
  );
  const command = programs.find((program) => 'code' in program)?.language.command ?? 'a program';
  const body = plan.hasBody ? `printf %s ${shellWord(vector.body)} | ` : '';
  return `${body}${[key, ...token, ...times].join(' ')} ${command} print`;
}
