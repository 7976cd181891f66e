/** Set algebra over bitmaps as SQL. */
import { type Formula, parameter, type SqlFragment, sql } from '@muster/pql';

/** The stored bitmaps a formula is made of, named by text that tells them apart. */
export const operandKeys = {
  everyone: 'everyone',
  leaf: (leaf: number): string => `leaf ${leaf}`,
  audience: (audienceId: string): string => `audience ${audienceId}`,
} as const;

/** Gives the SQL of a stored bitmap by key. A key that is stored nowhere must give the empty bitmap. */
export type OperandSource = (key: string) => SqlFragment;

/** A key no bitmap has. */
const nobodyKey = 'nobody';

/** The bitmap of the members by `formula`. */
export function renderFormula(formula: Formula, source: OperandSource): SqlFragment {
  switch (formula.kind) {
    case 'everyone':
      return source(operandKeys.everyone);
    case 'nobody':
      return source(nobodyKey);
    case 'leaf':
      return source(operandKeys.leaf(formula.leaf));
    case 'audience':
      return source(operandKeys.audience(formula.audienceId));
    case 'not':
      return without(source(operandKeys.everyone), renderFormula(formula.operand, source));
    case 'or':
      return balanced(
        formula.operands.map((operand) => renderFormula(operand, source)),
        or,
        source,
      );
    case 'and':
      return renderAnd(formula.operands, source);
    default:
      return assertNever(formula);
  }
}

/** `a and not b` is a difference, which needs no complement. */
function renderAnd(operands: readonly Formula[], source: OperandSource): SqlFragment {
  const kept = operands.flatMap((operand) => (operand.kind === 'not' ? [] : [renderFormula(operand, source)]));
  const removed = operands.flatMap((operand) =>
    operand.kind === 'not' ? [renderFormula(operand.operand, source)] : [],
  );
  const base = kept.length === 0 ? source(operandKeys.everyone) : balanced(kept, and, source);
  return removed.length === 0 ? base : without(base, balanced(removed, or, source));
}

const and = (left: SqlFragment, right: SqlFragment): SqlFragment => sql`bitmapAnd(${left}, ${right})`;
const or = (left: SqlFragment, right: SqlFragment): SqlFragment => sql`bitmapOr(${left}, ${right})`;
const without = (left: SqlFragment, right: SqlFragment): SqlFragment => sql`bitmapAndnot(${left}, ${right})`;

/** Folds as a balanced tree: calls nest only as deep as the logarithm of the number of operands. */
function balanced(
  operands: readonly SqlFragment[],
  combine: (left: SqlFragment, right: SqlFragment) => SqlFragment,
  source: OperandSource,
): SqlFragment {
  const [first] = operands;
  if (first === undefined) return source(nobodyKey);
  if (operands.length === 1) return first;
  const middle = operands.length >> 1;
  return combine(
    balanced(operands.slice(0, middle), combine, source),
    balanced(operands.slice(middle), combine, source),
  );
}

/** The keys of the bitmaps a formula reads. */
export function operandsOf(formula: Formula): ReadonlySet<string> {
  const keys = new Set<string>();
  renderFormula(formula, (key) => {
    keys.add(key);
    return parameter(key, 'String');
  });
  return keys;
}

function assertNever(formula: never): never {
  throw new Error(`no such formula: ${JSON.stringify(formula)}`);
}
