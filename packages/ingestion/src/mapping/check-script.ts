/** The PQL expressions of a mapping. */
import { analyzeExpression, type Diagnostic, excerptOf, type ObjectType, type PqlType, scalarTypes } from '@muster/pql';
import type { Findings } from './findings.ts';
import type { Script } from './mapping.ts';

const noFields: ObjectType = { kind: 'object', fields: new Map() };

/** Checks an expression of a mapping; null and findings with the place underlined when it is none. */
export function checkScript(value: unknown, pointer: string, row: ObjectType, findings: Findings): Script | null {
  const text = findings.text(value, pointer);
  if (text === null) return null;
  const { checked, diagnostics } = analyzeExpression(text, { profile: row, event: noFields });
  if (checked !== null) return { text, checked, pointer };
  for (const diagnostic of diagnostics.filter(({ severity }) => severity === 'error')) {
    addDiagnostic(text, diagnostic, pointer, findings);
  }
  return null;
}

function addDiagnostic(text: string, diagnostic: Diagnostic, pointer: string, findings: Findings): void {
  findings.add(pointer, diagnostic.message, {
    position: diagnostic.span,
    excerpt: excerptOf(text, diagnostic.span),
    ...(diagnostic.help === undefined ? {} : { suggestion: diagnostic.help }),
  });
}

/** As `checkScript`, and the value must be of one of the kinds given, or untyped. */
export function checkScriptOf(
  value: unknown,
  pointer: string,
  row: ObjectType,
  kinds: readonly PqlType['kind'][],
  findings: Findings,
): Script | null {
  const script = checkScript(value, pointer, row, findings);
  if (script === null) return null;
  const { kind } = script.checked.type;
  if (kind === scalarTypes.any.kind || kinds.includes(kind)) return script;
  findings.add(pointer, `the value is of type ${kind}`, { expected: kinds.join(' or ') });
  return null;
}
