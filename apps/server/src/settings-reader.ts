/** Reads settings from the environment and gathers what is wrong with them. */
import { meantSetting, type SettingName } from './setting-names.ts';

/** Settings that cannot be used: one line for each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the settings cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads settings and remembers what is wrong with them. */
export class SettingsReader {
  readonly problems: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The text of a setting; an empty one counts as not set. */
  text(name: SettingName, fallback: string): string {
    const value = this.#environment[name];
    return value === undefined || value === '' ? fallback : value;
  }

  /** Reports variables whose names look like misspelt settings: what they say would not be done. */
  refuseMisspelt(): void {
    for (const [name, value] of Object.entries(this.#environment)) {
      const meant = value === undefined || value === '' ? null : meantSetting(name);
      if (meant !== null) this.problems.push(`${name} is no setting; did you mean ${meant}?`);
    }
  }

  /** The text of a setting that must be there. */
  required(name: SettingName, purpose: string): string {
    const text = this.text(name, '');
    if (text === '') this.problems.push(`${name} is missing; expected ${purpose}`);
    return text;
  }

  /** The parts of a setting that are separated by commas. */
  list(name: SettingName, fallback: readonly string[]): readonly string[] {
    const parts = this.text(name, fallback.join(',')).split(',');
    return parts.map((part) => part.trim()).filter((part) => part !== '');
  }

  wholeNumber(name: SettingName, fallback: number, range: { readonly min: number; readonly max: number }): number {
    const text = this.text(name, String(fallback));
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= range.min && value <= range.max) return value;
    this.problems.push(`${name} is \`${text}\`; expected a whole number from ${range.min} to ${range.max}`);
    return fallback;
  }

  oneOf<Choice extends string>(name: SettingName, choices: readonly Choice[], fallback: Choice): Choice {
    const text = this.text(name, fallback);
    const choice = choices.find((candidate) => candidate === text);
    if (choice === undefined) this.problems.push(`${name} is \`${text}\`; expected one of ${choices.join(', ')}`);
    return choice ?? fallback;
  }

  /** A URL with one of these protocols. The value is not repeated in the report: it may hold a password. */
  url(name: SettingName, text: string, protocols: readonly string[]): string {
    const isFine =
      protocols.some((protocol) => text.startsWith(protocol)) && (text.startsWith('sqlite:') || URL.canParse(text));
    if (!isFine)
      this.problems.push(
        `${name} is no URL that is known here; expected ${protocols.map((known) => `\`${known}…\``).join(' or ')}`,
      );
    return text;
  }
}
