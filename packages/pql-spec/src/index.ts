/** The conformance data of the language. For tests only. */
export type { CoverageGroup, RequiredCoverage } from './coverage.ts';
export { loadCoverage } from './coverage.ts';
export type { JsonObject } from './json.ts';
export type { Coverage, Expected, ExpectedDiagnostic, SpecCase } from './spec-case.ts';
export { loadCases } from './spec-case.ts';
export type { World } from './world.ts';
export { loadWorlds } from './world.ts';
