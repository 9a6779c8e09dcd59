import {
  GatherNd,
  type NamedTensorInfoMap,
  SparseSegmentMean,
  SparseSegmentSum,
  SparseToDense,
  type TensorInfo,
  TensorScatterUpdate,
} from '@tensorflow/tfjs-core';
import { checkPlaces } from '@unroll/backend/contract';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { onHost } from './host-kernels.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

interface Places {
  /** The name of the input that holds indices */
  readonly input: string;
  /** Sizes of the axes that the indices count along */
  sizes(inputs: NamedTensorInfoMap, attrs: { readonly outputShape?: number[] }): readonly number[];
}

const depthOf = ({ shape }: TensorInfo): number => (shape.length > 1 ? shape.at(-1)! : 1);

const indexed: Readonly<Record<string, Places>> = {
  [GatherNd]: {
    input: 'indices',
    sizes: ({ params, indices }) => params!.shape.slice(0, indices!.shape.at(-1)),
  },
  [TensorScatterUpdate]: {
    input: 'indices',
    sizes: ({ tensor, indices }) => tensor!.shape.slice(0, depthOf(indices!)),
  },
  [SparseToDense]: {
    input: 'sparseIndices',
    sizes: ({ sparseIndices }, { outputShape }) => outputShape!.slice(0, depthOf(sparseIndices!)),
  },
  [SparseSegmentMean]: { input: 'indices', sizes: ({ data }) => data!.shape.slice(0, 1) },
  [SparseSegmentSum]: { input: 'indices', sizes: ({ data }) => data!.shape.slice(0, 1) },
};

/** tfjs-backend-cpu's versions of these check more than indices, so they run if all values are on the host. */
const onHostIfThere: ReadonlySet<string> = new Set([SparseSegmentMean, SparseSegmentSum]);

/**
 * tfjs-backend-webgpu's kernels that do not check indices, so that a wrong index gives wrong numbers. Here it is an
 * error.
 */
export const checkedKernels: readonly WebgpuKernel[] = Object.entries(indexed).map(
  ([kernelName, { input, sizes }]) => {
    const onGpu = tfjsKernel<NamedTensorInfoMap>(kernelName, (inputs, attrs, gpu) => {
      const [indices, axes] = [inputs[input]!, sizes(inputs, attrs)];
      gpu.checkValues([indices], (values) => checkPlaces(kernelName, input, values!, axes));
      return undefined;
    });
    return {
      kernelName,
      kernelFunc: (call) => {
        const gpu = call.backend as WebgpuBackend;
        const areThere = () =>
          (Object.values(call.inputs) as TensorInfo[]).every(({ dataId }) => gpu.valuesOnHost(dataId));
        const isForHost = onHostIfThere.has(kernelName) && areThere();
        return isForHost ? onHost(kernelName)(call) : onGpu.kernelFunc(call);
      },
    };
  },
);
