import { describe, expect, it } from 'vitest';
import { createCircuit, throughCircuit } from '../../src/outgoing/circuit.ts';

describe('a circuit', () => {
  function open() {
    let nowMs = 0;
    const changes: boolean[] = [];
    const circuit = createCircuit({ now: () => nowMs, onChange: (isOpen) => void changes.push(isOpen) });
    const advance = (ms: number): void => {
      nowMs += ms;
    };
    const fail = (times: number): void => {
      for (let n = 0; n < times; n++) if (circuit.enter() === 0) circuit.report('ill');
    };
    return { circuit, changes, advance, fail };
  }

  it('opens at the fifth failure in a row, and says for how long', () => {
    const { circuit, changes, fail } = open();
    fail(4);
    circuit.report('well');
    fail(4);
    expect([circuit.enter(), changes]).toEqual([0, []]);
    circuit.report('ill');
    expect([circuit.enter(), changes]).toEqual([10_000, [true]]);
  });

  it('lets one call through after that; it closes where that goes well, and waits again where it does not', () => {
    const { circuit, changes, advance, fail } = open();
    fail(5);
    advance(10_000);
    expect(circuit.enter()).toBe(0);
    expect(circuit.enter()).toBeGreaterThan(0);
    circuit.report('ill');
    expect(circuit.enter()).toBe(10_000);
    advance(10_000);
    expect(circuit.enter()).toBe(0);
    circuit.report('well');
    expect([circuit.enter(), circuit.enter()]).toEqual([0, 0]);
    expect(changes).toEqual([true, false]);
  });

  it('does not stay open because the clock was set back', () => {
    const { circuit, advance, fail } = open();
    fail(5);
    advance(-1_000_000);
    expect(circuit.enter()).toBe(0);
  });

  it('guards work: what it came to is reported, also where it throws, and an open circuit has an answer of its own', async () => {
    const { circuit, advance } = open();
    const go = (value: 'well' | 'ill' | 'neither'): Promise<string> =>
      throughCircuit<string>(circuit, async () => value, {
        outcomeOf: (result) => (result === 'well' || result === 'neither' ? result : 'ill'),
        whenOpen: (retryAfterMs) => `open for ${retryAfterMs}`,
      });
    const fails = throughCircuit(circuit, () => Promise.reject(new Error('broken')), {
      outcomeOf: () => 'well' as const,
      whenOpen: () => 'open',
    });
    await expect(fails).rejects.toThrow('broken');
    for (let n = 0; n < 3; n++) expect(await go('ill')).toBe('ill');
    expect(await go('neither')).toBe('neither');
    expect(await go('ill')).toBe('ill');
    expect(await go('well')).toBe('open for 10000');
    advance(10_000);
    expect([await go('well'), await go('well')]).toEqual(['well', 'well']);
  });
});
