import { defineAction } from '@countersign/gateway/actions';

export const hello = defineAction({
  name: 'hello',
  description: 'Greets an attested app.',
  input: { type: 'object' },
  run: () => ({ message: 'Hello World' }),
});
