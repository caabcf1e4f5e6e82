/** What each kind of destination would get of a message: as it would get it, but for secrets. */
import type { TargetConfig } from '../config/delivery-config.ts';
import { CREDENTIALS } from '../sealed/withheld-headers.ts';
import { commandEnvironment } from './command-environment.ts';
import type { Preview } from './delivery-control.ts';
import type { Message } from './destination.ts';
import { eventLine } from './event-line.ts';
import { messageInput } from './message-input.ts';
import { natsHeaders } from './nats-headers.ts';
import { createSubject } from './nats-subject.ts';
import { targetText } from './target-text.ts';

/** In place of a value that nobody is shown. */
const HIDDEN = '[a secret]';

/** @param secretHeaders lower-case names, besides those of credentials */
export async function previewMessage(
  message: Message,
  target: TargetConfig,
  secretHeaders: readonly string[],
): Promise<Preview> {
  const about = { kind: 'message', to: target.kind, target: targetText(target) } as const;
  const { method, headers, body } = message;
  const shown = withoutSecrets(message, [...CREDENTIALS, ...secretHeaders]);
  switch (target.kind) {
    case 'http':
      return { ...about, method, headers, secretHeaders, body };
    case 'command': {
      const { command, environment, passed } = target;
      // The gateway's own variables may be secrets: their names alone are told.
      const variables = commandEnvironment({ own: {}, entries: [], passed }, shown);
      return {
        ...about,
        arguments: command.slice(1),
        variables: Object.entries(variables).flatMap(([name, value = '']) => [name, value]),
        ownVariables: environment,
        body,
      };
    }
    case 'file':
      return { ...about, body: Buffer.concat(await eventLine(shown)) };
    case 'nats':
      return {
        ...about,
        subject: createSubject(target.subject)(message.event),
        headers: natsHeaders(message).flatMap(({ name, value }) => [name, value]),
        secretHeaders,
        body,
      };
    case 'action': {
      const input = messageInput(message);
      if (input !== undefined) return { ...about, body: Buffer.from(JSON.stringify(input)) };
      const problem = 'An action takes a JSON object or a form, and the body is neither.';
      return { kind: 'failed', problem };
    }
  }
}

function withoutSecrets(message: Message, names: readonly string[]): Message {
  const headers = message.headers.map((text, i, all) =>
    i % 2 === 1 && names.includes((all[i - 1] ?? '').toLowerCase()) ? HIDDEN : text,
  );
  return { ...message, headers };
}
