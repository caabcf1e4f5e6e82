/** What the settings of PHP and Go stand in. */
import {
  ADDRESS,
  BINDING,
  BOUND_VALUE,
  IN_BASE64,
  OLD_SIGNATURE,
  type Program,
  SECRET,
  SIGNATURE,
  SIGNED_TIMES,
  TARGET,
  WITH_BLANKS,
} from './program.ts';

const PHP_TARGET = `<?php $_SERVER['REQUEST_URI'] = '${TARGET}'; ?>CODE`;

const MUX = 'var http = gohttp.NewServeMux()\nfunc webhook(w gohttp.ResponseWriter, r *gohttp.Request) {}\n';

/** @param imports packages, those of one name more written out @param members functions @param main what is done */
function go(imports: readonly string[], members: string, main: string): string {
  const lines = imports.map((name) => (name.includes('"') ? name : `"${name}"`));
  return `package main\nimport (\n${lines.join('\n')}\n)\n${members}\nfunc main() {\n${main}\n}\n`;
}

const strings = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');

export const OTHER_PROGRAMS: Readonly<Record<string, Program>> = {
  'php key-whitespace': { text: 'CODE\necho $secret;', prints: SECRET, secret: WITH_BLANKS },
  'php key-encoding': { text: 'CODE\necho $secret;', prints: SECRET, secret: IN_BASE64 },
  'php key-as-text': { text: 'CODE\necho $secret;', prints: SECRET },
  'php time-form': { text: 'CODE\necho json_encode(abs(time() - (int) $timestamp) < 60);', prints: 'true' },
  'php key-rotation': {
    text: `CODE
foreach (['${SIGNATURE}', '${OLD_SIGNATURE}', str_repeat('0', 64)] as $text) echo json_encode(is_genuine('{}', "sha256=$text"));`,
    prints: 'truetruefalse',
  },
  'php proxy-host': { text: PHP_TARGET, prints: ADDRESS + TARGET },
  'php signature-encoding': { text: `CODE\necho sign('${SECRET}', '{}');`, prints: SIGNATURE },
  'php message-parts': {
    text: `CODE
foreach (json_decode('${JSON.stringify(SIGNED_TIMES)}') as [$time, $text]) echo json_encode(is_genuine(['HTTP_X_TIMESTAMP' => $time, 'HTTP_X_SIGNATURE' => $text], '{}'));`,
    prints: 'truefalsefalse',
  },
  'php binding': {
    text: `CODE
foreach (['${BOUND_VALUE}', 'Bearer mallory'] as $value) echo json_encode(is_bound(['pay' => '${BINDING}'], ['HTTP_AUTHORIZATION' => $value]));`,
    prints: 'truefalse',
  },
  'go key-whitespace': {
    text: go(['os', 'strings'], '', 'CODE\nos.Stdout.Write(secret)'),
    prints: SECRET,
    secret: WITH_BLANKS,
  },
  'go key-encoding': {
    text: go(['encoding/base64', 'os'], '', 'CODE\nif err != nil { panic(err) }\nos.Stdout.Write(secret)'),
    prints: SECRET,
    secret: IN_BASE64,
  },
  'go key-as-text': { text: go(['os'], '', 'CODE\nos.Stdout.Write(secret)'), prints: SECRET },
  'go time-form': {
    text: go(
      ['os', 'strconv', 'time'],
      '',
      'CODE\nif len(timestamp) == 10 { os.Stdout.WriteString("true") }',
    ),
    prints: 'true',
  },
  'go key-rotation': {
    text: go(
      ['crypto/hmac', 'crypto/sha256', 'encoding/hex', 'fmt', 'os'],
      'CODE',
      `for _, text := range []string{${strings([SIGNATURE, OLD_SIGNATURE, '0'.repeat(64)])}} { fmt.Println(isGenuine([]byte("{}"), "sha256="+text)) }`,
    ),
    prints: 'true\ntrue\nfalse\n',
  },
  'go proxy-host': {
    text: go(
      ['net/http/httptest', 'os'],
      '',
      `r := httptest.NewRequest("POST", "${TARGET}", nil)\nCODE\nos.Stdout.WriteString(url)`,
    ),
    prints: ADDRESS + TARGET,
  },
  'go redirect': {
    text: go(
      ['fmt', 'gohttp "net/http"', 'net/http/httptest'],
      MUX,
      `CODE
for _, path := range []string{"/webhook", "/webhook/"} {
w := httptest.NewRecorder()
http.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
fmt.Println(w.Code)
}`,
    ),
    prints: '200\n200\n',
  },
  'go signature-encoding': {
    text: go(
      ['crypto/hmac', 'crypto/sha256', 'encoding/hex', 'os'],
      'CODE',
      `os.Stdout.WriteString(sign([]byte("${SECRET}"), []byte("{}")))`,
    ),
    prints: SIGNATURE,
  },
  'go message-parts': {
    text: go(
      ['crypto/hmac', 'crypto/sha256', 'encoding/hex', 'fmt', 'net/http', 'os', 'strconv', 'time'],
      'CODE',
      `for _, pair := range [][]string{${SIGNED_TIMES.map((pair) => `{${strings(pair)}}`).join(', ')}} {
header := http.Header{"X-Timestamp": pair[:1], "X-Signature": pair[1:]}
fmt.Println(isGenuine(header, []byte("{}")))
}`,
    ),
    prints: 'true\nfalse\nfalse\n',
  },
  'go binding': {
    text: go(
      ['crypto/hmac', 'crypto/sha256', 'encoding/base64', 'fmt', 'net/http'],
      'CODE',
      `for _, value := range []string{${strings([BOUND_VALUE, 'Bearer mallory'])}} { fmt.Println(isBound("${BINDING}", http.Header{"Authorization": {value}})) }`,
    ),
    prints: 'true\nfalse\n',
  },
};
