import type { TrainingEvent } from '../src/index.ts';

/** What a trainer tells, and the types alone. */
export function listening() {
  const events: TrainingEvent[] = [];
  const report = (event: TrainingEvent) => {
    events.push(event);
  };
  return { events, report, types: () => events.map(({ type }) => type) };
}
