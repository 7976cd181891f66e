/**
 * Regular expressions for closures: RE2, so that a pattern takes linear time and gives the same answer as in SQL.
 *
 * INVARIANT: what is accepted here, the engine of the data plane accepts; tests/differential/patterns.test.ts compares the two.
 */
import type { CompiledPattern, RegexEngine } from '@muster/pql';
import { RE2JS, RE2JSException } from 're2js';
import { patternClasses } from './pattern-classes.ts';

/** Bounds on patterns, in instructions of the program that a pattern becomes: about one for each repetition of a part. */
export const patternLimits = {
  /** Any pattern. Matching a text takes time by its length times this. */
  patternSizeMax: 5_000,
  /** One with a Unicode class such as `\pL`: in the data plane each is some hundred instructions over bytes. */
  unicodePatternSizeMax: 250,
} as const;

function compiledPattern(pattern: RE2JS): CompiledPattern {
  return {
    groupCount: pattern.groupCount(),
    test: (text) => pattern.test(text),
    group: (text, index) => {
      const matcher = pattern.matcher(text);
      return matcher.find() && index <= matcher.groupCount() ? matcher.group(index) : null;
    },
  };
}

/** The RE2 engine the whole program uses. */
export const re2Engine: RegexEngine = {
  compile(pattern) {
    const classes = unicodeClassesIn(pattern);
    const unknown = classes.find((name) => !patternClasses.has(name));
    if (unknown !== undefined) return { error: `there is no Unicode class \`${unknown}\`` };
    try {
      const compiled = RE2JS.compile(pattern);
      const sizeMax = classes.length > 0 ? patternLimits.unicodePatternSizeMax : patternLimits.patternSizeMax;
      if (compiled.programSize() > sizeMax) return { error: tooLarge(sizeMax, classes) };
      return { pattern: compiledPattern(compiled) };
    } catch (error) {
      if (error instanceof RE2JSException) return { error: error.message };
      throw error;
    }
  },
};

function tooLarge(sizeMax: number, classes: readonly string[]): string {
  const repeated = classes.length > 0 ? 'its parts and Unicode classes' : 'its parts';
  return `it is too large: with ${repeated} repeated it has more than ${sizeMax.toLocaleString('en')} steps`;
}

/** The names of the Unicode classes in a pattern (`\pL`, `\P{Lu}`, `\p{^Greek}`), wherever they stand but in `\Q…\E`. */
function unicodeClassesIn(pattern: string): readonly string[] {
  const escapes = pattern.matchAll(/\\Q.*?(?:\\E|$)|\\[pP](?:\{\^?([^}]*)\}|(.))|\\./gsu);
  return [...escapes].flatMap(([, name, letter]) => name ?? letter ?? []);
}
