/** Regular expressions for closures: RE2, so that a pattern takes linear time and gives the same answer as in SQL. */
import type { CompiledPattern, RegexEngine } from '@muster/pql';
import { RE2JS, RE2JSException } from 're2js';

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
    try {
      return { pattern: compiledPattern(RE2JS.compile(pattern)) };
    } catch (error) {
      if (error instanceof RE2JSException) return { error: error.message };
      throw error;
    }
  },
};
