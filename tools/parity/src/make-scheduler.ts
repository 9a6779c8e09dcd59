import * as optim from '@unroll/optim';

/** A schedule's options in the fixtures: functions by name, parts by kind. */
export type SchedulerOptions = Readonly<Record<string, unknown>> & {
  readonly schedulers?: readonly ({ readonly kind: string } & SchedulerOptions)[];
  readonly milestones?: readonly number[];
};

/** The functions that the fixtures name. */
const functions: Readonly<Record<string, optim.LrLambda>> = {
  'warm-up': (epoch) => Math.min(1, (epoch + 1) / 10),
  'warm-up and inverse root': (epoch) => Math.min((epoch + 1) / 8, Math.sqrt(8 / (epoch + 1))),
  'a tenth less': () => 0.9,
  falling: (x) => 1 / (1 + x / 4),
};

type Constructor = new (optimizer: optim.Scheduled, options: never) => optim.LRScheduler;

const schedulers: Readonly<Record<string, Constructor>> = {
  StepLR: optim.StepLR,
  MultiStepLR: optim.MultiStepLR,
  ExponentialLR: optim.ExponentialLR,
  CosineAnnealingLR: optim.CosineAnnealingLR,
  CosineAnnealingWarmRestarts: optim.CosineAnnealingWarmRestarts,
  LinearLR: optim.LinearLR,
  ConstantLR: optim.ConstantLR,
  PolynomialLR: optim.PolynomialLR,
  LambdaLR: optim.LambdaLR,
  MultiplicativeLR: optim.MultiplicativeLR,
  OneCycleLR: optim.OneCycleLR,
  CyclicLR: optim.CyclicLR,
};

/** Makes the schedule of the fixtures' writer with the same name. */
export function makeScheduler(
  optimizer: optim.Scheduled,
  kind: string,
  options: SchedulerOptions,
): optim.Schedule {
  const parts = () =>
    options.schedulers!.map(
      ({ kind: part, ...rest }) => makeScheduler(optimizer, part, rest) as optim.LRScheduler,
    );
  if (kind === 'SequentialLR') {
    return new optim.SequentialLR(optimizer, { schedulers: parts(), milestones: options.milestones! });
  }
  if (kind === 'ChainedScheduler') return new optim.ChainedScheduler(parts());
  const named = ['lrLambda', 'scaleFn'].filter((name) => options[name] !== undefined);
  const given = Object.fromEntries(named.map((name) => [name, functions[options[name] as string]]));
  return new schedulers[kind]!(optimizer, { ...options, ...given } as never);
}
