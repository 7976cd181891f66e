/** The conformance data of the language. For tests only. */
export type { JsonObject } from './json.ts';
export type { Expected, ExpectedDiagnostic, SpecCase } from './spec-case.ts';
export { loadCases } from './spec-case.ts';
export type { World } from './world.ts';
export { loadWorlds } from './world.ts';
