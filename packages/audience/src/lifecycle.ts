/**
 * The moves an audience may make between its states. Source: the lifecycle table of the reference API; a published
 * audience never becomes a draft again, and neither does an inactive one (copy it instead).
 */
import type { LifecycleState } from './audience.ts';
import type { AudienceId } from './ids.ts';
import { Problem } from './problem.ts';

/** Where an audience comes from: a state, or nowhere when it is being created. */
export type LifecycleOrigin = LifecycleState | 'new';
/** Where an audience goes: a state, or away for good. */
export type LifecycleTarget = LifecycleState | 'deleted';

/** What the decision needs to know of the audience's neighbours. */
export interface LifecycleFacts {
  /** The audiences whose rules refer to this one, with their states. */
  readonly dependents: ReadonlyMap<AudienceId, LifecycleState>;
  /** The audiences its rule refers to, in the version that is to be stored, with their states. */
  readonly dependencies: ReadonlyMap<AudienceId, LifecycleState>;
}

const legalTargets: Readonly<Record<LifecycleOrigin, readonly LifecycleTarget[]>> = {
  new: ['draft', 'published', 'inactive'],
  draft: ['draft', 'published', 'deleted'],
  published: ['published', 'inactive', 'deleted'],
  inactive: ['inactive', 'published', 'deleted'],
};

/** The states a dependency may have; an inactive audience stays as it is, whatever became of what it refers to. */
const legalDependencyStates: Readonly<Record<LifecycleState, readonly LifecycleState[]>> = {
  draft: ['draft', 'published'],
  published: ['published'],
  inactive: ['draft', 'published', 'inactive'],
};

function listIds(ids: readonly AudienceId[]): string {
  return ids.map((id) => `\`${id}\``).join(', ');
}

function decideMove(from: LifecycleOrigin, to: LifecycleTarget): Problem | null {
  if (legalTargets[from].includes(to)) return null;
  if (from === 'new') {
    return new Problem('audienceInvalid', [
      { message: 'Cannot set lifecycleState as deleted', field: '/lifecycleState' },
    ]);
  }
  return new Problem('audienceInvalid', [
    {
      message: `Cannot change lifecycleState from \`${from}\` to \`${to}\``,
      field: '/lifecycleState',
      expected: legalTargets[from]
        .filter((target) => target !== 'deleted')
        .map((target) => `\`${target}\``)
        .join(' or '),
      ...(to === 'draft' ? { suggestion: 'make a copy of the audience, which starts as a draft' } : {}),
    },
  ]);
}

/**
 * Deactivating or deleting what others are built on would change them without a word. Inactive dependents are not
 * evaluated, so that they stand in the way of a deletion only.
 */
function decideDependents(from: LifecycleOrigin, to: LifecycleTarget, facts: LifecycleFacts): Problem | null {
  if (from === to) return null;
  if (to === 'deleted' && facts.dependents.size > 0) {
    const ids = listIds([...facts.dependents.keys()]);
    return new Problem('audienceNotDeletable', [{ message: `other audiences refer to it: ${ids}` }]);
  }
  const evaluated = [...facts.dependents].filter(([, state]) => state !== 'inactive').map(([id]) => id);
  if (to === 'inactive' && evaluated.length > 0) {
    const ids = listIds(evaluated);
    return new Problem('audienceInvalid', [
      {
        message: `Cannot deactivate the audience while other audiences refer to it: ${ids}`,
        field: '/lifecycleState',
        suggestion: 'deactivate or delete those first',
      },
    ]);
  }
  return null;
}

function decideDependencies(to: LifecycleTarget, facts: LifecycleFacts): Problem | null {
  if (to === 'deleted') return null;
  const wrong = [...facts.dependencies].filter(([, state]) => !legalDependencyStates[to].includes(state));
  if (wrong.length === 0) return null;
  const ids = listIds(wrong.map(([id]) => id));
  return new Problem('audienceInvalid', [
    {
      message: `A ${to} audience cannot refer to audiences that are not ${legalDependencyStates[to].join(' or ')}: ${ids}`,
      field: '/expression/value',
      suggestion: 'publish those first',
    },
  ]);
}

/**
 * Null when an audience may go from `from` to `to`, otherwise the refusal.
 *
 * Staying in a state is an edit and is always a legal move; the rule on dependencies holds for it as well.
 */
export function decideTransition(from: LifecycleOrigin, to: LifecycleTarget, facts: LifecycleFacts): Problem | null {
  return decideMove(from, to) ?? decideDependents(from, to, facts) ?? decideDependencies(to, facts);
}
