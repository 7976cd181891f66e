/** A clock that can be set: for tests of programs that use the service. */
import { type Clock, type EpochMs, epochMs } from '@muster/audience';

/** How a clock goes: with the machine, away from it by what was set, or not at all. */
export type ClockMode = 'system' | 'running' | 'fixed';

/** What a clock shows when it is made; `at` is null for the time of the machine. */
export interface ClockSetting {
  readonly mode: ClockMode;
  readonly at: EpochMs | null;
}

/** A clock that can be set. */
export interface SettableClock extends Clock {
  readonly mode: ClockMode;
  set(setting: ClockSetting): void;
  /** Moves the clock to a moment and lets it go on as before; one that went with the machine runs away from it then. */
  moveTo(moment: EpochMs): void;
}

/** A clock over the time of the machine in milliseconds. */
export function createClock(setting: ClockSetting, machine: () => number): SettableClock {
  let mode: ClockMode = 'system';
  let fixedAt = 0;
  let aheadMs = 0;

  const clock: SettableClock = {
    get mode() {
      return mode;
    },
    now: () => epochMs(mode === 'fixed' ? fixedAt : machine() + (mode === 'running' ? aheadMs : 0)),
    set({ mode: wanted, at }) {
      const moment = at ?? machine();
      fixedAt = moment;
      aheadMs = moment - machine();
      mode = wanted;
    },
    moveTo: (moment) => clock.set({ mode: mode === 'system' ? 'running' : mode, at: moment }),
  };
  clock.set(setting);
  return clock;
}
