/** The examples that are settings: each stands in the smallest program of its framework that shows what it does. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Example } from '../../packages/core/dist/explain/index.js';

const SECRET = 'a-secret-of-the-examples';
/** A target that a framework would decode, and what the sender signed behind a proxy. */
const TARGET = '/a%2Fb?x=%3a';
const ADDRESS = 'https://hooks.example';

interface Program {
  /** `CODE` stands for the example. */
  readonly text: string;
  readonly prints: string;
  readonly secret?: string;
}

const WITH_BLANKS = ` ${SECRET}\r\n`;
const IN_BASE64 = Buffer.from(SECRET).toString('base64');
const GITHUB = `CODE
const headers = [['x-hub-signature-256', 'sha256=${createHmac('sha256', SECRET).update('{}').digest('hex')}']];
console.log((await gate.verify({ method: 'POST', url: '/', headers, body: '{}' })).ok);`;
const TWILIO = `CODE
const headers = [
  ['host', 'internal:8080'],
  ['content-type', 'application/x-www-form-urlencoded'],
  ['x-twilio-signature', '${createHmac('sha1', SECRET).update(`${ADDRESS}/smsa1`).digest('base64')}'],
];
console.log((await gate.verify({ method: 'POST', url: '/sms', headers, body: 'a=1' })).ok);`;
const FLASK = 'from flask import Flask, request\napp = Flask(__name__)\n';
const DJANGO = `from django.conf import settings
CODE
settings.configure(SECRET_KEY="for tests", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.common.CommonMiddleware"], **{name: value for name, value in list(globals().items()) if name.isupper()})
import django
django.setup()
from django.http import HttpResponse
from django.test import Client
from django.urls import path
urlpatterns = [path("webhook/", lambda request: HttpResponse(request.build_absolute_uri()))]
`;
const PHP_TARGET = `<?php $_SERVER['REQUEST_URI'] = '${TARGET}'; ?>CODE`;
const goSecret = (imports: string, check: string): string =>
  `package main\nimport (\n${imports}\n)\nfunc main() {\nCODE\n${check}\nos.Stdout.Write(secret)\n}\n`;

const SIGNATURE = createHmac('sha256', SECRET).update('{}').digest('hex');

/** By the first framework and the first topic. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  'express key-whitespace': { text: GITHUB, prints: 'true\n', secret: WITH_BLANKS },
  'express key-encoding': { text: GITHUB, prints: 'true\n', secret: IN_BASE64 },
  'express key-rotation': { text: GITHUB, prints: 'true\n' },
  'express proxy-host': { text: TWILIO, prints: 'true\n' },
  'flask key-whitespace': {
    text: 'CODE\nprint(SECRET.decode(), end="")',
    prints: SECRET,
    secret: WITH_BLANKS,
  },
  'flask key-encoding': { text: 'CODE\nprint(SECRET.decode(), end="")', prints: SECRET, secret: IN_BASE64 },
  'flask proxy-host': {
    text: `${FLASK}app.add_url_rule("/webhook", view_func=lambda: request.url, methods=["POST"], endpoint="w")
CODE
print(app.test_client().post("/webhook", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Host": "hooks.example"}).text, end="")`,
    prints: `${ADDRESS}/webhook`,
  },
  'flask proxy-path': {
    text: `${FLASK}with app.test_request_context("${TARGET}"):\n  exec('''CODE''')\n  print(target, end="")`,
    prints: TARGET,
  },
  'django proxy-host': {
    text: `${DJANGO}print(Client().post("/webhook/", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="hooks.example").content.decode(), end="")`,
    prints: `${ADDRESS}/webhook/`,
  },
  'django proxy-path': {
    text: `${DJANGO}print(Client().post("/webhook").status_code, end="")`,
    prints: '404',
  },
  'php key-whitespace': { text: 'CODE\necho $secret;', prints: SECRET, secret: WITH_BLANKS },
  'php key-encoding': { text: 'CODE\necho $secret;', prints: SECRET, secret: IN_BASE64 },
  'php proxy-host': { text: PHP_TARGET, prints: ADDRESS + TARGET },
  'rails key-whitespace': { text: 'CODE\nprint secret', prints: SECRET, secret: WITH_BLANKS },
  'rails key-encoding': { text: 'CODE\nprint secret', prints: SECRET, secret: IN_BASE64 },
  'go key-whitespace': { text: goSecret('"os"\n"strings"', ''), prints: SECRET, secret: WITH_BLANKS },
  'go key-encoding': {
    text: goSecret('"encoding/base64"\n"os"', 'if err != nil { panic(err) }'),
    prints: SECRET,
    secret: IN_BASE64,
  },
  'express signature-encoding': {
    text: `CODE\nprocess.stdout.write(sign('${SECRET}', '{}'));`,
    prints: SIGNATURE,
  },
  'flask signature-encoding': {
    text: `CODE\nprint(sign(b"${SECRET}", b"{}"), end="")`,
    prints: SIGNATURE,
  },
  'php signature-encoding': { text: `CODE\necho sign('${SECRET}', '{}');`, prints: SIGNATURE },
  'rails signature-encoding': { text: `CODE\nprint sign('${SECRET}', '{}')`, prints: SIGNATURE },
  'go signature-encoding': {
    text: `package main
import ("crypto/hmac"; "crypto/sha256"; "encoding/hex"; "os")
CODE
func main() { os.Stdout.WriteString(sign([]byte("${SECRET}"), []byte("{}"))) }
`,
    prints: SIGNATURE,
  },
  'go proxy-host': {
    text: `package main\nimport ("net/http/httptest"; "os")\nfunc main() {\nr := httptest.NewRequest("POST", "${TARGET}", nil)\nCODE\nos.Stdout.WriteString(url)\n}\n`,
    prints: ADDRESS + TARGET,
  },
};

const COMMANDS: Readonly<Record<string, readonly [file: string, ...command: string[]]>> = {
  js: ['setting.mjs', process.execPath],
  python: ['setting.py', '/usr/bin/python3'],
  php: ['setting.php', 'php'],
  ruby: ['setting.rb', 'ruby'],
  go: ['setting.go', 'go', 'run'],
};

/** @throws Error where it does not do what it says */
export function runSetting({ frameworks, topics, language, code }: Example, scratch: string): void {
  const { text, prints, secret = SECRET } = rowOf(PROGRAMS, `${frameworks[0]} ${topics[0]}`);
  const [name, command = '', ...args] = rowOf(COMMANDS, language);
  const file = join(scratch, name);
  writeFileSync(
    file,
    text.replace('CODE', () => code),
  );
  const env = { ...process.env, WEBHOOK_SECRET: secret, WEBHOOK_SECRET_OLD: 'the-secret-of-last-year' };
  const { stdout, stderr } = spawnSync(command, [...args, file], { cwd: scratch, env, encoding: 'utf8' });
  if (stdout !== prints) throw new Error(`it prints ${stdout}, not ${prints}. ${stderr.slice(-500)}`);
}

function rowOf<Row>(rows: Readonly<Record<string, Row>>, name: string): Row {
  const row = rows[name];
  if (row === undefined) throw new Error(`nothing here runs ${name}`);
  return row;
}
