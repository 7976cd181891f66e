/**
 * The only way to make JavaScript text: frozen trees of text that is written in our sources, numbered names, member
 * names as string literals, and values that are bound.
 *
 * INVARIANT: no string from outside becomes code. `js` takes fragments only, so a bare string in a placeholder does not
 * compile; member names and strings are written as JSON, everything else is bound to a constant of the program.
 *
 * Code is generated because a shared reader meets objects of all shapes, which the engine runs about ten times slower
 * than a reader that meets one.
 */
import type { PqlValue } from '../types/value.ts';
import type { StepBudget } from './step-budget.ts';

/** What a program can be given: values of the language and our own functions. */
export type Bound = PqlValue | ReadonlySet<PqlValue> | StepBudget | ((...args: never) => unknown);

/** A piece of JavaScript: composable, frozen. */
export type JsFragment =
  | { readonly kind: 'sequence'; readonly texts: readonly string[]; readonly parts: readonly JsFragment[] }
  | { readonly kind: 'variable'; readonly id: number }
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'bound'; readonly value: Bound }
  | {
      /** A call of a function of its own, defined once per program rather than made anew by every call. */
      readonly kind: 'hoisted';
      readonly variables: readonly number[];
      readonly body: JsFragment;
    }
  | {
      /** A value that is computed once in each run of the program, when it is first asked for. */
      readonly kind: 'once';
      readonly value: JsFragment;
    };

/** A fragment from a template; every placeholder is a fragment. */
export function js(texts: TemplateStringsArray, ...parts: readonly JsFragment[]): JsFragment {
  return Object.freeze({ kind: 'sequence', texts: Object.freeze([...texts]), parts: Object.freeze([...parts]) });
}

/** The JavaScript variable that holds the value of a variable of the language. */
export function variableName(id: number): JsFragment {
  return Object.freeze({ kind: 'variable', id });
}

/** A member name as a string literal. */
export function memberName(name: string): JsFragment {
  return Object.freeze({ kind: 'member', name });
}

/** A value or function from outside the program. */
export function bound(value: Bound): JsFragment {
  return Object.freeze({ kind: 'bound', value });
}

/** Calls a function with this body of statements, which sees these variables of the language. */
export function hoisted(variables: readonly number[], body: JsFragment): JsFragment {
  return Object.freeze({ kind: 'hoisted', variables: Object.freeze([...variables]), body });
}

/** The value, computed at most once in a run: it may depend on what the program is given, on no variable of a loop. */
export function once(value: JsFragment): JsFragment {
  return Object.freeze({ kind: 'once', value });
}

/** The fragments one after the other with `separator` between them. */
export function joinJs(fragments: readonly JsFragment[], separator: JsFragment): JsFragment {
  const parts = fragments.flatMap((fragment, index) => (index === 0 ? [fragment] : [separator, fragment]));
  const texts = Array.from({ length: parts.length + 1 }, () => '');
  return Object.freeze({ kind: 'sequence', texts: Object.freeze(texts), parts: Object.freeze(parts) });
}

/** A program in the making: what it binds (`c0`, `c1`, …) and its functions (`f0`, `f1`, …). */
interface Program {
  readonly bindings: Bound[];
  readonly functions: string[];
  /** What holds values that are computed once (`o0`, `o1`, …). */
  readonly holders: string[];
  /** The names of fragments that stand in several places. */
  readonly names: Map<JsFragment, string>;
}

function renderJs(fragment: JsFragment, program: Program): string {
  switch (fragment.kind) {
    case 'variable':
      return `v${fragment.id}`;
    case 'member':
      return JSON.stringify(fragment.name);
    case 'bound':
      return (
        literalOf(fragment.value) ?? nameOf(fragment, program, () => `c${program.bindings.push(fragment.value) - 1}`)
      );
    case 'hoisted':
      return renderHoisted(fragment, program);
    case 'once': {
      const name = nameOf(fragment, program, () => `o${program.holders.push(`o${program.holders.length}`) - 1}`);
      return `(${name} === undefined ? (${name} = ${renderJs(fragment.value, program)}) : ${name})`;
    }
    default:
      return fragment.texts
        .map((text, index) => {
          const part = fragment.parts[index];
          return part === undefined ? text : text + renderJs(part, program);
        })
        .join('');
  }
}

/** Scalars are written as literals, which the engine can compute with in advance; null for what has none. */
function literalOf(value: Bound): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? `(${Object.is(value, -0) ? '-0' : value})` : null;
    default:
      return value === null ? 'null' : null;
  }
}

function renderHoisted(fragment: Extract<JsFragment, { readonly kind: 'hoisted' }>, program: Program): string {
  const { variables, body } = fragment;
  const parameters = variables.map((id) => `v${id}`).join(', ');
  const name = nameOf(fragment, program, () => {
    const text = renderJs(body, program);
    const next = `f${program.functions.length}`;
    program.functions.push(`const ${next} = (${parameters}) => { ${text} };`);
    return next;
  });
  return `${name}(${parameters})`;
}

function nameOf(fragment: JsFragment, { names }: Program, define: () => string): string {
  const name = names.get(fragment) ?? define();
  names.set(fragment, name);
  return name;
}

/** The program that is given the values of some variables of the language, which its expression `body` reads. */
export function assembleProgram(
  body: JsFragment,
  variables: readonly number[],
): (...values: readonly PqlValue[]) => PqlValue {
  const parameters = variables.map((id) => `v${id}`).join(', ');
  const program: Program = { bindings: [], functions: [], holders: [], names: new Map() };
  const text = renderJs(body, program);
  // Read from an array: a function has 65,535 parameters at most. `var`, since a `const` is checked whenever it is read.
  const bindings = program.bindings.map((_, index) => `var c${index} = bound[${index}];`).join(' ');
  const holders = program.holders.map((name) => `let ${name};`).join(' ');
  const forgotten = program.holders.map((name) => `${name} = undefined;`).join(' ');
  // The text consists of our own templates, numbers and JSON strings; see the invariant above.
  const make: unknown = new Function(
    'bound',
    `'use strict'; ${bindings} ${holders} ${program.functions.join(' ')} return (${parameters}) => { ${forgotten} return ${text}; };`,
  );
  if (typeof make !== 'function') throw new Error('a program was not assembled');
  const run: (...values: readonly PqlValue[]) => PqlValue = make(program.bindings);
  return run;
}
