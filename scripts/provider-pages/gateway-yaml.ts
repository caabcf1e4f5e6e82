// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what a configuration writes.
/** The smallest configuration with a gate of a provider. */
import type { PageFacts } from './page-facts.ts';

export function gatewayYaml({ provider: { id }, keyVariable, options, place }: PageFacts): string {
  const written = options.map(({ name, variable }) => `, ${name}: "\${env:${variable}}"`).join('');
  return `${[
    'gates:',
    `  ${id}:`,
    `    path: ${place.path}`,
    `    provider: ${written === '' ? id : `{ id: ${id}${written} }`}`,
    ...(keyVariable === undefined ? [] : [`    keys: [{ secret: "\${env:${keyVariable}}" }]`]),
    `    ${place.outcome}`,
  ].join('\n')}\n`;
}
