import { kind } from '@unroll/backend/checks';

/** Names that any file system and any shell takes as they are; those that begin with a dot are the stores' own. */
const NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

export const nameKind: kind.Kind = kind.required({
  expected:
    'at most 100 letters, digits, dots, hyphens and underscores, of which the first is a letter or a digit',
  fits: (value) => typeof value === 'string' && NAME.test(value),
});

export const isName = (name: string): boolean => NAME.test(name);

/** The name of the checkpoint after so many updates: `step-00000100`. */
export const checkpointName = (step: number): string => `step-${String(step).padStart(8, '0')}`;

/** The updates that a name tells of; undefined for the name of anything else. */
export function stepOf(name: string): number | undefined {
  const [, digits] = /^step-(\d{8,16})$/.exec(name) ?? [];
  const step = Number(digits);
  return Number.isSafeInteger(step) && checkpointName(step) === name ? step : undefined;
}
