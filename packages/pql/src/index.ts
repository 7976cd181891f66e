/** The public surface of the language. */

// Tree to checked expression.
export type { Analysis } from './analyze.ts';
export { analyzeExpression } from './analyze.ts';
export type { RuleAnalysis, RuleSource } from './analyze-rule.ts';
export { analyzeRule } from './analyze-rule.ts';
export type { CheckOptions, CheckResult } from './check/check.ts';
export { checkExpression } from './check/check.ts';
export type { CheckedExpression } from './check/expression.ts';
export { checkLimits } from './check/extent.ts';
export { referencedAudiences } from './check/facts.ts';
// Checked expression to closure.
export type { CompiledPattern, RegexEngine } from './closures/closure.ts';
export type { Evaluation } from './closures/compile.ts';
export { compileClosure } from './closures/compile.ts';
export { evaluationLimits, TooManyStepsError } from './closures/step-budget.ts';
export type { RuleConversion } from './convert-rule.ts';
export { convertRule } from './convert-rule.ts';
// What is wrong with a text.
export type { DiagnosticCode } from './diagnostics/codes.ts';
export type { Diagnostic, Fix } from './diagnostics/diagnostic.ts';
export { excerptOf, renderDiagnostics } from './diagnostics/render.ts';
export { nearestName } from './diagnostics/suggest.ts';
// What can stand at a place of a text, and what stands there.
export type { CompletionOptions } from './editor/complete.ts';
export { completeAt } from './editor/complete.ts';
export type { NamedAudience } from './editor/complete-values.ts';
export type { Hover } from './editor/hover.ts';
export { hoverAt } from './editor/hover.ts';
export type { Completion, Proposal, ProposalKind } from './editor/proposal.ts';
export { proposalsMax } from './editor/proposal.ts';
export type { Signature } from './editor/signature.ts';
export { signatureAt } from './editor/signature.ts';
// Why an expression has its value.
export { explainExpression } from './explain/explain.ts';
export { explanationLimits } from './explain/explain-items.ts';
export type { Explanation, ItemMatch, ItemMiss, ShownItem, ShownRange, ShownValue } from './explain/explanation.ts';
export { renderExplanation } from './explain/render.ts';
// What is known about an expression before it runs.
export type { Eligibility, EligibilityContext, Verdict } from './facts/eligibility.ts';
export { decideEligibility } from './facts/eligibility.ts';
export type { EventWindow } from './facts/event-window.ts';
export type { EventStep, ExpressionFacts, MembershipUse } from './facts/expression-facts.ts';
export { factsOf } from './facts/expression-facts.ts';
export { stableUntil } from './facts/stable-until.ts';
// What is written about the language.
export { renderFunctionTable } from './functions/function-table.ts';
export { mapEntries } from './functions/maps.ts';
// JSON form to tree and back.
export type { PqlJson, PqlJsonObject } from './json/pql-json.ts';
export type { PqlJsonResult } from './json/read.ts';
export { readPqlJson } from './json/read.ts';
export { writePqlJson } from './json/write.ts';
// Checked expressions to SQL.
export type { BatchPlan } from './plan/batch-plan.ts';
export type { Formula } from './plan/formula.ts';
export type { BatchAudience } from './plan/plan-batch.ts';
export { planBatch } from './plan/plan-batch.ts';
export type { BatchScans, Scan, ScanInMemory } from './plan/scan.ts';
export type { ParameterType, SqlFragment, SqlStatement, SqlValue } from './sql/fragment.ts';
export { identifier, joinSql, noSql, parameter, renderSql, sql, tuplePosition } from './sql/fragment.ts';
export type { Column, ColumnElement, DataLayout, TableLayout } from './sql/layout.ts';
export { renderRegex } from './sql/regex.ts';
export type { ScanLimits } from './sql/render-scans.ts';
export { defaultScanLimits, renderScans } from './sql/render-scans.ts';
// Text to tree and back.
export type { Ast, AstKind, AstOf, TimeUnit } from './syntax/ast.ts';
export { formatExpression } from './syntax/format.ts';
export type { ParseLimits } from './syntax/limits.ts';
export { defaultParseLimits } from './syntax/limits.ts';
export type { ParseResult } from './syntax/parser.ts';
export { parseExpression } from './syntax/parser.ts';
export type { Span } from './syntax/span.ts';
// Types, schemas and data.
export { builtInSchema } from './types/built-in.ts';
export type { DecodedDocument, DocumentProblem } from './types/decode.ts';
export { decodeDocument, documentLimits } from './types/decode.ts';
export { describeType } from './types/describe.ts';
export { formatIsoTime, isSupportedMoment, parseIsoTime } from './types/iso-time.ts';
export type { LeafPath } from './types/leaves.ts';
export { fieldAt, leafPaths } from './types/leaves.ts';
export { mapEntryType } from './types/map-entry.ts';
export type { LoadedType, SchemaProblem } from './types/schema.ts';
export { anySchema, loadObjectType, mergeObjectTypes, schemaLimits } from './types/schema.ts';
export type { Field, ObjectType, PqlType, Schema } from './types/type.ts';
export { scalarTypes } from './types/type.ts';
export type { PqlObject, PqlValue } from './types/value.ts';
