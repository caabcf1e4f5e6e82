// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The schema of a gate's outcome `answer`; see `schema.ts`. */
import { VENDORS } from '../vendors/all.ts';
import { ANSWER_FORMS } from '../vendors/vendor.ts';
import type { AnswerInput } from './config-input.ts';
import type { ParsedGate } from './parsed-config.ts';
import { readUpstream } from './read-text.ts';
import { duration, flag, oneOf, plainText, readable, secretText } from './schema-leaves.ts';
import { mapping, optional, type Schema } from './shape.ts';

/** Makes the schema of `answer`. */
export function answerSchema(): Schema<NonNullable<ParsedGate['answer']>, AnswerInput> {
  return mapping(
    'Runs an action and replies with its result.',
    {
      actions: plainText(
        'The module that exports the actions, relative to this file.',
        'the path of a module',
      ),
      action: optional(
        plainText(
          'The action to run, where the path has no :action. Default: the module’s only action.',
          'an action’s name',
        ),
      ),
      title: optional(plainText('The heading of a page.')),
      as: optional(
        oneOf(ANSWER_FORMS, 'How answers look. Default: as the provider expects them, else json.'),
      ),
      list: optional(
        flag(
          `Whether GET /actions, which takes no proof, lists these actions. Default: true for ${askingProviders()}, else false.`,
        ),
      ),
      register: optional(registerSchema()),
    },
    '{ actions: ./actions.ts }',
  );
}

function askingProviders(): string {
  return VENDORS.filter((vendor) => vendor.asksForActions)
    .map((vendor) => vendor.provider)
    .join(', ');
}

function registerSchema() {
  return mapping(
    'The platform that the actions are registered with, by `countersign actions push` and `serve --register`.',
    {
      apiUrl: readable(
        {
          expected: 'an http or https URL without query, such as https://example.com/api/v1/gateway',
          description: 'The base URL of the platform’s API.',
          pattern: /^https?:\/\//,
        },
        readUpstream,
      ),
      apiToken: secretText('The API token: "${env:NAME}" or "${file:path}".'),
      every: optional(duration('How often `serve --register` looks again. Default: 10m.')),
    },
    '{ apiUrl: https://example.com/api, apiToken: "${env:NAME}" }',
  );
}
