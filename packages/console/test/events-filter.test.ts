/** What of the address the lists of events and of refused requests are asked for. */
import { expect, it } from 'vitest';
import { eventQueryOf, eventsFilterOf, refusedQueryOf } from '../src/events/events-filter.ts';

const filterOf = (address: Readonly<Record<string, string>>) =>
  eventsFilterOf({ get: (name) => address[name] }, 0);

it('a tenant is asked for of events, with whatever else is', () => {
  const filter = filterOf({ tenant: ' acme ', gate: 'hooks' });
  expect(eventQueryOf(filter)).toMatchObject({ tenant: 'acme', gate: 'hooks' });
});

it('of refused requests no tenant is asked for: nobody has proved whose they are', () => {
  expect(refusedQueryOf(filterOf({ tenant: 'acme', gate: 'hooks' }))).not.toHaveProperty('tenant');
});
