import { kind } from '@unroll/backend/checks';
import { Module } from '@unroll/nn';
import { AttentionPooling } from './attention-pooling.ts';
import { JoinedPoolings } from './joined-poolings.ts';
import { LastState } from './last-state.ts';
import { MaxPooling } from './max-pooling.ts';
import { MeanPooling } from './mean-pooling.ts';
import type { EncoderSizes, Pooling } from './pooling.ts';

const poolings = {
  last: (encoder: EncoderSizes) => new LastState(encoder),
  mean: (encoder: EncoderSizes) => new MeanPooling(encoder),
  max: (encoder: EncoderSizes) => new MaxPooling(encoder),
  attention: (encoder: EncoderSizes) => new AttentionPooling(encoder),
};

/** A pooling of this package by name, or your own. */
type OnePooling = keyof typeof poolings | Pooling;

/** A pooling, or several whose vectors are joined: `'max'`, `['mean', 'max']` */
export type PoolingChoice = OnePooling | readonly OnePooling[];

const names = Object.keys(poolings);

const onePooling: kind.Kind = {
  ...kind.instanceOf(Module, ''),
  expected: `${names.map((name) => `'${name}'`).join(', ')} or a Pooling`,
  fits: (value) =>
    names.includes(value as string) ||
    (value instanceof Module && Number.isInteger((value as unknown as Partial<Pooling>).outputSize)),
};

export const poolingKind: kind.Kind = {
  ...onePooling,
  expected: `${onePooling.expected}, or an array of such`,
  fits: (value) =>
    onePooling.fits(value) || (kind.listOf(onePooling).fits(value) && (value as unknown[]).length > 0),
};

const madeOf = (choice: OnePooling, encoder: EncoderSizes): Pooling =>
  typeof choice === 'string' ? poolings[choice](encoder) : choice;

export const poolingOf = (choice: PoolingChoice, encoder: EncoderSizes): Pooling =>
  Array.isArray(choice)
    ? new JoinedPoolings(choice.map((each) => madeOf(each, encoder)))
    : madeOf(choice as OnePooling, encoder);
