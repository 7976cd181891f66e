import assert from 'node:assert/strict';
import { Problem, type ProblemName, type Scope } from '@muster/audience';
import type { ControlStore } from '../../ports/control-store.ts';

/** What a case of the contract works with. */
export interface ContractContext {
  readonly store: ControlStore;
  /** A second user of the same database, where the engine has such a thing; else the store itself. */
  readonly peer: ControlStore;
  /** A tenant no other case has. */
  readonly scope: Scope;
}

/** One promise of the port. */
export interface ContractCase {
  /** A sentence. */
  readonly name: string;
  readonly run: (context: ContractContext) => Promise<void>;
}

/** Waits for `work` to be refused with `problem`; gives the refusal's message. */
export async function expectProblem(work: Promise<unknown>, problem: ProblemName): Promise<string> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Problem, `expected ${problem}, got ${String(outcome)}`);
  assert.equal(outcome.problem, problem);
  return outcome.message;
}

/** How many of `works` succeed; the others must be refused with one of `problems`. */
export async function countSuccesses(
  works: readonly Promise<unknown>[],
  problems: readonly ProblemName[],
): Promise<number> {
  const outcomes = await Promise.allSettled(works);
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    const { reason } = outcome;
    assert.ok(reason instanceof Problem && problems.includes(reason.problem), String(reason));
  }
  return outcomes.filter((outcome) => outcome.status === 'fulfilled').length;
}
