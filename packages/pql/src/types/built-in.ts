/** The union schema every sandbox starts with: the common XDM field groups. Source: reference, profiles §6. */
import eventDocument from './built-in/event.json' with { type: 'json' };
import profileDocument from './built-in/profile.json' with { type: 'json' };
import { loadObjectType } from './schema.ts';
import type { Schema } from './type.ts';

/** The built-in profile and event fields. */
export const builtInSchema: Schema = {
  profile: loadObjectType(profileDocument).type,
  event: loadObjectType(eventDocument).type,
};
