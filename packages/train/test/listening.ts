import type { TrainingEvent } from '../src/index.ts';

/** Collects a trainer's events, and their types. */
export function listening() {
  const events: TrainingEvent[] = [];
  const report = (event: TrainingEvent) => {
    events.push(event);
  };
  return { events, report, types: () => events.map(({ type }) => type) };
}
