/** What the settings of Spring stand in: plain Java, where they need no more. */
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
import { javaProgram, springProgram } from './spring.ts';

const PRINT_SECRET = javaProgram('', 'CODE\nSystem.out.write(secret);\nSystem.out.flush();');
const FORWARDED = `.header("X-Forwarded-Proto", "https").header("X-Forwarded-Host", "hooks.example")`;
const strings = (texts: readonly string[]): string => texts.map((text) => JSON.stringify(text)).join(', ');

export const JAVA_PROGRAMS: Readonly<Record<string, Program>> = {
  // A body as no printer of JSON writes it; the changed one is as long.
  'spring raw-body': {
    text: springProgram(
      'CODE',
      `for (String body : List.of("{}", "[]")) {
  var request = post("/webhook").contentType("application/json").content(body.getBytes());
  System.out.println(ask(request.header("X-Hub-Signature-256", "sha256=${SIGNATURE}")).getStatus());
}`,
    ),
    prints: '200\n401\n',
  },
  'spring key-whitespace': { text: PRINT_SECRET, prints: SECRET, secret: WITH_BLANKS },
  'spring key-encoding': { text: PRINT_SECRET, prints: SECRET, secret: IN_BASE64 },
  'spring key-as-text': { text: PRINT_SECRET, prints: SECRET },
  'spring time-form': {
    text: javaProgram('', 'CODE\nSystem.out.print(timestamp.length() == 10);'),
    prints: 'true',
  },
  'spring key-rotation': {
    text: javaProgram(
      'CODE',
      `for (String text : List.of(${strings([SIGNATURE, OLD_SIGNATURE, '0'.repeat(64)])})) System.out.println(isGenuine("{}".getBytes(), "sha256=" + text));`,
    ),
    prints: 'true\ntrue\nfalse\n',
  },
  'spring proxy-host': {
    text: springProgram(
      `@PostMapping("/webhook")
String webhook(HttpServletRequest request) {
  return request.getRequestURL().toString();
}
static class Configuration {
CODE
}`,
      `System.out.print(ask(post("/webhook")${FORWARDED}).getContentAsString());`,
      'new Webhooks.Configuration().forwardedHeaderFilter()',
    ),
    prints: `${ADDRESS}/webhook`,
  },
  'spring proxy-path': {
    text: springProgram(
      `@PostMapping("/**")
String webhook(HttpServletRequest request) {
CODE
  return target;
}`,
      `System.out.print(ask(post(new java.net.URI("${TARGET}"))).getContentAsString());`,
    ),
    prints: TARGET,
  },
  'spring redirect': {
    text: springProgram(
      'CODE',
      `for (String path : List.of("/webhook", "/webhook/")) System.out.println(ask(post(path)).getStatus());`,
    ),
    prints: '200\n200\n',
  },
  'spring signature-encoding': {
    text: javaProgram('CODE', `System.out.print(sign("${SECRET}".getBytes(), "{}".getBytes()));`),
    prints: SIGNATURE,
  },
  'spring message-parts': {
    text: javaProgram(
      'CODE',
      `for (var pair : List.of(${SIGNED_TIMES.map((pair) => `List.of(${strings(pair)})`).join(', ')})) {
  var headers = new HttpHeaders();
  headers.add("X-Timestamp", pair.get(0));
  headers.add("X-Signature", pair.get(1));
  System.out.println(isGenuine(headers, "{}".getBytes()));
}`,
    ),
    prints: 'true\nfalse\nfalse\n',
  },
  'spring binding': {
    text: javaProgram(
      'CODE',
      `for (String value : List.of(${strings([BOUND_VALUE, 'Bearer mallory'])})) {
  var headers = new HttpHeaders();
  headers.add("Authorization", value);
  System.out.println(isBound("${BINDING}", headers));
}`,
    ),
    prints: 'true\nfalse\n',
  },
};
