// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/**
 * Every warning of a configuration: what it is called, how grave it is, and what it says. One table, for people to read from end to end. What
 * a gate's proof leaves open, and what is odd about a key, core says (`@countersign/core/coverage`).
 */

import type { Severity, Warning } from '@countersign/core/coverage';
import { duration } from '@countersign/core/internal/amounts';

/** What stands in the sentence of each code. */
interface Values {
  readonly 'secret-in-file': [];
  readonly 'secret-is-default': [variables: readonly string[]];
  readonly 'odd-source': [note: string];
  readonly 'unfilled-variable': [];
  readonly 'short-admin-token': [leastLength: number];
  readonly 'plain-http': [address: string];
  readonly 'plain-http-admin': [address: string];
  readonly 'certificate-expires': [day: string, isOver: boolean];
  readonly 'wide-proxy-range': [range: string];
  readonly 'wide-caller-range': [range: string];
  readonly 'proxy-among-callers': [range: string, proxies: string];
  readonly 'unsigned-gate': [];
  readonly 'gate-monitors': [until: string | undefined];
  readonly 'monitoring-over': [until: string];
  readonly 'older-proof': [proof: string, until: string, parts: string | undefined];
  readonly 'older-proof-over': [proof: string, until: string];
  readonly 'repeats-run': [];
  readonly 'first-answer-again': [];
  readonly 'shared-secret': [gate: string, part: string];
  readonly 'signed-challenges': [gate: string];
  readonly 'unsigned-path': [path: string, what: string];
  readonly 'unsigned-method': [what: string];
  readonly 'action-without-key': [action: string];
  readonly 'paths-within': [path: string, gates: string, otherCase: string | undefined];
  readonly 'slow-upstream': [sender: string, waitsMs: number, takesMs: number];
  readonly 'forgets-before-sender': [sender: string, retriesForMs: number, rememberMs: number];
  readonly 'slow-action': [action: string, sender: string, waitsMs: number, takesMs: number];
  readonly 'tight-intake': [body: string, room: string];
  readonly 'events-in-memory': [gates: readonly string[]];
  readonly 'claims-in-memory': [gates: string];
  readonly 'rates-by-gateway': [gates: string];
  readonly 'untyped-events': [gate: string];
  readonly 'missing-program': [program: string];
  readonly 'program-not-executable': [program: string];
  readonly 'missing-folder': [folder: string];
  readonly 'kept-header-left-out': [header: string];
  readonly 'token-left-out': [];
  readonly 'sqlite-loses-writes': [version: string];
  readonly 'plain-database': [address: string];
  readonly 'store-away': [problem: string];
  readonly 'open-session': [what: string];
  readonly 'unchecked-input': [what: string];
  readonly 'not-registered': [why: string];
}

export type ConfigCode = keyof Values;

type Rows = {
  readonly [Code in ConfigCode]: {
    readonly severity: Severity;
    readonly sentence: (...values: Values[Code]) => string;
  };
};

export const CONFIG_WARNINGS: Rows = {
  // Secrets, and whatever is filled in.
  'secret-in-file': {
    severity: 'warning',
    sentence: () => 'The secret stands in the file. Write ${env:NAME} or ${file:path} instead.',
  },
  'secret-is-default': {
    severity: 'warning',
    sentence: (variables) =>
      `${variables.join(' and ')} is not set, so the secret is the default that stands in the file.`,
  },
  'odd-source': { severity: 'warning', sentence: (note) => note },
  'unfilled-variable': {
    severity: 'warning',
    // Nothing of it is quoted: a password may begin with a dollar sign.
    sentence: () =>
      'The secret is written like a variable of a shell or a template, and nothing fills it in: write ${env:NAME}. If it is the secret itself, it is used as it stands.',
  },
  'short-admin-token': {
    severity: 'warning',
    sentence: (leastLength) => `The token is shorter than ${leastLength} characters.`,
  },
  // The network.
  'plain-http': {
    severity: 'warning',
    sentence: (address) =>
      `The public listener takes plain HTTP at ${address}, and no proxy is declared: whoever is on the way reads each request, with what proves it. Set listen.tls; or have a proxy in front that ends TLS, and name it in listen.trustedProxies; or listen on 127.0.0.1.`,
  },
  'plain-http-admin': {
    severity: 'warning',
    sentence: (address) =>
      `The admin listener takes plain HTTP at ${address}, and no proxy is declared: whoever is on the way reads tokens, passwords and sessions. Set listen.adminTls; or have a proxy in front that ends TLS, and name it in listen.trustedProxies; or listen on 127.0.0.1.`,
  },
  'certificate-expires': {
    severity: 'warning',
    sentence: (day, isOver) =>
      isOver
        ? `The certificate, or one between it and its authority, expired on ${day}: whoever checks it does not connect. Renew it.`
        : `The certificate, or one between it and its authority, expires on ${day}. Renew it; a running gateway reads the file again by itself.`,
  },
  'wide-proxy-range': {
    severity: 'warning',
    sentence: (range) =>
      `${range} holds a great part of all addresses: whoever calls from there says in X-Forwarded-For where it comes from, and is believed.`,
  },
  'wide-caller-range': {
    severity: 'warning',
    sentence: (range) => `${range} holds a great part of all addresses: it keeps hardly anybody out.`,
  },
  'proxy-among-callers': {
    severity: 'warning',
    sentence: (range, proxies) =>
      `${range} has addresses of listen.trustedProxies (${proxies}): a proxy that sends no X-Forwarded-For lets in whomever it forwards for.`,
  },
  // Gates: what is proved, and what whoever captures a request can do with it.
  'unsigned-gate': {
    severity: 'warning',
    sentence: () => 'The gate takes unsigned requests: whoever reaches it can send any.',
  },
  'gate-monitors': {
    severity: 'warning',
    sentence: (until) =>
      `The gate monitors and does not enforce: a request that fails verification is let through with the label Countersign-Verdict, so whoever reaches the gate can send any.${until === undefined ? ' Set mode: enforce once no genuine request is refused, or monitorUntil to a date.' : ` It enforces from ${until} on.`}`,
  },
  'monitoring-over': {
    severity: 'info',
    sentence: (until) =>
      `The gate has enforced since ${until}, although its mode is monitor: set mode: enforce, and take monitorUntil out.`,
  },
  'older-proof': {
    severity: 'info',
    sentence: (proof, until, parts) =>
      `Until ${until} the gate also accepts ${proof} alone: whoever captures a request that carries both proofs can strip the new one, and whoever has the old secret needs no other.${parts === undefined ? '' : ` The old proof leaves open ${parts}, which the new one covers.`}`,
  },
  'older-proof-over': {
    severity: 'warning',
    sentence: (proof, until) =>
      `${proof} has not been accepted since ${until}: take it out of accept, and its secret out of use.`,
  },
  'repeats-run': {
    severity: 'warning',
    sentence: () =>
      'repeat is run: the gate has no replay protection, and whoever copies a request can run it again as long as its proof holds.',
  },
  'first-answer-again': {
    severity: 'info',
    sentence: () =>
      'A repeat is given the first answer again: whoever captures a request can read what it was answered, as long as its proof holds.',
  },
  'shared-secret': {
    severity: 'warning',
    sentence: (gate, part) =>
      `This gate shares a secret with gate ${gate}, and the ${part} is not signed: a request that was captured there runs here as well. Give each gate a secret of its own.`,
  },
  'signed-challenges': {
    severity: 'warning',
    sentence: (gate) =>
      `This gate shares a secret with gate ${gate}, whose test of the address signs whatever word anybody sends: a message of this gate that is one word, such as the text of a JWT, can be signed there. Give each gate a secret of its own.`,
  },
  'unsigned-path': {
    severity: 'warning',
    sentence: (path, what) =>
      `The signature does not cover the path, ${path} takes many paths, and the path is ${what} as it came: whoever captures a request can send it on to another path of this gate. Give each path a gate and a secret of its own, or sign the path.`,
  },
  'unsigned-method': {
    severity: 'warning',
    sentence: (what) =>
      `The signature does not cover the method, the gate takes several methods, and the method is ${what} as it came: whoever captures a request can send it on with another of them. Name one method, or sign the method.`,
  },
  'action-without-key': {
    severity: 'warning',
    sentence: (action) =>
      `No key is bound to the action ${action}, and each key of the gate is bound to one: every request for it is refused. Give it a key, with for: { action: ${action} }, or take it out of the module.`,
  },
  'paths-within': {
    severity: 'warning',
    sentence: (path, gates, otherCase) =>
      `${path} holds the paths of ${gates}: what those do not take comes here.${otherCase === undefined ? '' : ` Another case of the letters, such as ${otherCase}, comes here too.`}`,
  },
  // What the sender waits for, and what is kept.
  'slow-upstream': {
    severity: 'warning',
    sentence: (sender, waitsMs, takesMs) =>
      `The upstream may take ${duration(takesMs)}, and the sender (${sender}) waits ${duration(waitsMs)}: it counts what comes later as lost, and may send the request again. Set forward.timeout to less, or keep the requests and work on them later.`,
  },
  'forgets-before-sender': {
    severity: 'warning',
    sentence: (sender, retriesForMs, rememberMs) =>
      `The sender (${sender}) sends again for ${duration(retriesForMs)} what was not taken, and the gate remembers for ${duration(rememberMs)}: what is delivered again later runs again. Set replay.remember to as long, or leave it out.`,
  },
  'slow-action': {
    severity: 'warning',
    sentence: (action, sender, waitsMs, takesMs) =>
      `The action "${action}" may take ${duration(takesMs)}, and the sender (${sender}) waits ${duration(waitsMs)}: it counts what comes later as lost, and may send the request again. Give the action a deadlineMs of less.`,
  },
  'tight-intake': {
    severity: 'warning',
    sentence: (body, room) =>
      `A body of ${body} may find no room in limits.maxBodyBytesInFlight (${room}) and be answered 503: make that three times maxBody.`,
  },
  'events-in-memory': {
    severity: 'warning',
    sentence: (gates) =>
      `Events that ${gates.join(', ')} ${gates.length === 1 ? 'keeps' : 'keep'} are lost when the process ends.`,
  },
  'claims-in-memory': {
    severity: 'warning',
    sentence: (gates) =>
      `What came is remembered in memory only: after a restart whoever captured a request of ${gates} can send it again. Name a file as the store.`,
  },
  'rates-by-gateway': {
    severity: 'info',
    sentence: (gates) =>
      `Several gateways may share the store, but not the rate of ${gates}: each counts its own requests, and together they let in as many times more. Divide the rates by the number of gateways, or name a Redis as claims, where all count together.`,
  },
  'untyped-events': {
    severity: 'warning',
    sentence: (gate) =>
      `The filter asks for a type, and the proof of gate ${gate} says of none where it stands: no event of that gate is sent there. Filter by header or json.`,
  },
  'missing-program': {
    severity: 'warning',
    sentence: (program) =>
      program.includes('/')
        ? `There is no program ${program}: no event is delivered there. Put it there, or write another.`
        : `There is no program ${program} in the folders of PATH: no event is delivered there. Install it, or write its whole path.`,
  },
  'program-not-executable': {
    severity: 'warning',
    sentence: (program) =>
      `${program} may not be run: no event is delivered there. Give the gateway’s user the right to execute it.`,
  },
  'missing-folder': {
    severity: 'warning',
    sentence: (folder) =>
      `There is no folder ${folder}: no event is delivered there. Make it, or name another.`,
  },
  'kept-header-left-out': {
    severity: 'warning',
    sentence: (header) =>
      `Without a storeKey the header ${header} is left out of the events that are kept, and cannot be passed on. Set storeKey, or take it off this list.`,
  },
  'token-left-out': {
    severity: 'warning',
    sentence: () =>
      'Without a storeKey the token’s headers are left out of the events that are kept; with one they are kept encrypted.',
  },
  'plain-database': {
    severity: 'warning',
    sentence: (address) =>
      `The connection to ${address} is not encrypted: whoever is on the network between reads the password and the events. Take sslmode=disable out of the address.`,
  },
  'store-away': {
    severity: 'warning',
    sentence: (problem) =>
      `Now ${problem}: a gateway that starts waits for it as long as limits.drainTimeout says, and then ends.`,
  },
  'sqlite-loses-writes': {
    severity: 'warning',
    sentence: (version) =>
      `SQLite ${version}, which this Node brings, loses committed writes where two connections write to one file (mended in 3.51.3, 3.50.7 and 3.44.6). The gateway keeps to one connection and lets no other program in; a Node of these versions or later is safer still.`,
  },
  // Sessions and actions.
  'open-session': { severity: 'warning', sentence: (what) => what },
  'unchecked-input': { severity: 'warning', sentence: (what) => what },
  'not-registered': { severity: 'warning', sentence: (why) => why },
};

/** What a configuration may say, and had better not. */
export interface ConfigWarning extends Warning {
  readonly path: string;
}

/** The warning of a code, of what stands at a path. */
export function configWarning<Code extends ConfigCode>(
  path: string,
  code: Code,
  ...values: Values[Code]
): ConfigWarning {
  return { path, ...gatewayWarning(code, ...values) };
}

/** The same, of nothing that stands in the configuration. */
export function gatewayWarning<Code extends ConfigCode>(code: Code, ...values: Values[Code]): Warning<Code> {
  const { severity, sentence } = CONFIG_WARNINGS[code];
  return { code, severity, sentence: Reflect.apply(sentence, undefined, values) };
}
