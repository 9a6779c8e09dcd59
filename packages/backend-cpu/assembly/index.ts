// Every file of kernels, in one module. A kernel that threads share takes the range of its items last: (…, begin, end).
export { heapBase } from './memory';
export { setThread } from './thread';
export { gemm, gemmScratchBytes } from './gemm';
export { packPanels, packedSize } from './gemm-pack';
export { addRowDots, addScaledRows } from './vector-matrix';
export { recurrentForward } from './recurrent-forward';
export { recurrentBackward } from './recurrent-backward';
