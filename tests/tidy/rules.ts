/** All rules of the house, each with the sentence that it makes true. */
import { findCommentedCode, findLooseReminders } from './comment-rules.ts';
import {
  findBrokenLinks,
  findForbiddenTexts,
  findMissingReadmes,
  findOtherVersions,
  findTooManyScripts,
} from './document-rules.ts';
import { findUndocumentedExports } from './export-rules.ts';
import type { Finding } from './finding.ts';
import {
  findBoundaryCrossings,
  findCycles,
  findDeadImports,
  findForeignDependencies,
  findPlatformImports,
  findUndeclaredDependencies,
  findUnusedFiles,
  findWrongDirections,
} from './module-rules.ts';
import { findFileNames, findTypeNames } from './name-rules.ts';
import { findImpurities } from './purity-rules.ts';
import type { Repository } from './repository.ts';
import { findLongFiles, findLongFunctions, findLongMedian } from './size-rules.ts';
import {
  findAny,
  findCasts,
  findDefaultExports,
  findEnums,
  findExportStars,
  findMissingReturnTypes,
  findNonNull,
} from './syntax-rules.ts';
import { findUnrunTests } from './test-rules.ts';

/** A rule: the places where `repository` breaks it. */
export type Rule = (repository: Repository) => readonly Finding[];

/** The rules by the sentence that holds when they find nothing. */
export const rules = {
  'functions have at most 60 lines': findLongFunctions,
  'files have at most 500 lines': findLongFiles,
  'half of the files have at most 130 lines': findLongMedian,
  'there is no any': findAny,
  'there is no non-null assertion': findNonNull,
  'there are no default exports': findDefaultExports,
  'there is no export star': findExportStars,
  'there are no enums and no parameter properties': findEnums,
  'casts are counted and argued for': findCasts,
  'exported functions write their return type': findMissingReturnTypes,
  'packages depend on each other in one direction': findWrongDirections,
  'packages are imported by name from outside and by path inside': findBoundaryCrossings,
  'own imports lead somewhere': findDeadImports,
  'there are no import cycles at run time': findCycles,
  'every module is imported or started': findUnusedFiles,
  'what a package imports is among its dependencies': findUndeclaredDependencies,
  'the language and the rules of audiences depend on nothing': findForeignDependencies,
  'pure packages import no platform modules': findPlatformImports,
  'pure packages have no clock, no chance and no output': findImpurities,
  'nine of ten exports are documented': findUndocumentedExports,
  'reminders name their issue': findLooseReminders,
  'there is no commented-out code': findCommentedCode,
  'every written test runs': findUnrunTests,
  'files are named in kebab case for their concept': findFileNames,
  'types are named without prefix and suffix': findTypeNames,
  'every package has a README': findMissingReadmes,
  'there are at most ten scripts': findTooManyScripts,
  'packages have one version': findOtherVersions,
  'links lead somewhere': findBrokenLinks,
  'files speak of no single machine': findForbiddenTexts,
} as const satisfies Readonly<Record<string, Rule>>;
