import { keep, type Tensor, tensor_util, tidy, Variable } from '@tensorflow/tfjs-core';
import { type HostState, observeHostState } from '@unroll/backend/contract';
import { liveVariables } from '@unroll/backend/engine';
import type { Observation } from '../recording/observer.ts';
import type { RecordedOp, Value } from '../recording/recorded.ts';
import type { Recording } from '../recording/recording.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import { StandIns } from './stand-ins.ts';

/** The record of a function call with stand-ins for its arguments and for all variables' values. */
export interface Trace {
  readonly ops: readonly RecordedOp[];
  readonly result: unknown;
  readonly hostState: HostState;
  /** The stand-ins for the arguments. Variables stand for themselves. Each has its own value. */
  readonly argumentTensors: readonly Tensor[];
  /** Variables by their stand-in values */
  readonly variableOf: ReadonlyMap<Value, Variable>;
  readonly assigned: readonly Variable[];
  /** Values that the function uploaded, or got without a run */
  readonly constants: ReadonlySet<Value>;
  /** Tensors with smaller ids existed before the call. */
  readonly firstTensorId: number;
}

/**
 * Calls a function to trace its computation. Afterwards variables are as they were before, but host state has moved
 * on.
 *
 * @param observation the record of the function's actions other than operations
 * @param use is given the trace while its values live
 * @throws where the function does something that a replay cannot do; host state is then as it was before, too
 */
export function traced<Result>(
  { data, recording }: { readonly data: TensorData; readonly recording: Recording },
  observation: Observation,
  f: (args: readonly Tensor[]) => unknown,
  args: readonly Tensor[],
  use: (trace: Trace) => Result,
): Result {
  const variables = liveVariables().filter(({ dataId }) => data.has(dataId));
  return recording.trace((ops) => {
    const standIns = new StandIns(data, variables);
    const owned: Tensor[] = [];
    let hostState: HostState | undefined;
    try {
      const argumentTensors = args.map((argument): Tensor => {
        if (argument instanceof Variable) return argument;
        const standIn = keep(data.standIn(argument.shape, argument.dtype));
        owned.push(standIn);
        return standIn;
      });
      const marker = data.standIn([], 'float32');
      const firstTensorId = marker.id;
      marker.dispose();
      const observed = observeHostState(() => tidy(() => f(argumentTensors) as never) as unknown, 'or undo');
      hostState = observed.hostState;
      const { result } = observed;
      const results = tensor_util.getTensorsInContainer(result as never);
      owned.push(...results.filter((tensor) => tensor.id >= firstTensorId && !(tensor instanceof Variable)));
      observation.throwRefusedRead();
      checkVariables(variables, argumentTensors, firstTensorId);
      const assigned = standIns.assigned();
      checkKept(ops, new Set([...results, ...assigned].map(({ dataId }) => data.get(dataId))));
      const { variableOf } = standIns;
      const { constants } = observation;
      return use({ ops, result, hostState, argumentTensors, variableOf, assigned, constants, firstTensorId });
    } catch (error) {
      hostState?.undo();
      throw error;
    } finally {
      standIns.restore();
      for (const tensor of owned) if (!tensor.isDisposed) tensor.dispose();
    }
  });
}

function checkVariables(
  variables: readonly Variable[],
  args: readonly Tensor[],
  firstTensorId: number,
): void {
  const known = new Set(variables);
  const created = liveVariables().find((variable) => !known.has(variable) && variable.id >= firstTensorId);
  if (created) {
    throw new Error(
      `compile: the function creates a variable (${created.name}) each time it is called; create it outside`,
    );
  }
  const gone = variables.find((variable) => variable.isDisposed);
  if (gone) throw new Error(`compile: the function disposes variable ${gone.name}; dispose it outside`);
  if (args.some((argument) => argument.isDisposed)) {
    throw new Error('compile: the function disposes an argument; dispose it outside');
  }
}

/** Throws where a tensor outlives the call, because replays would not compute it. */
function checkKept(ops: readonly RecordedOp[], passedOn: ReadonlySet<Value>): void {
  for (const { outputs, kernel } of ops) {
    const [kept] = outputs.filter((value) => value.refCount > 0 && !passedOn.has(value));
    if (kept && outputs.every(({ parts }) => !parts.includes(kept))) {
      throw new Error(
        `compile: the function keeps a result of ${kernel} beyond the call; return it, or assign it to a variable`,
      );
    }
  }
}
