// All kernel files in one module. A kernel that threads share takes its range of items as the last arguments: (…,
// begin, end).
export { heapBase } from './memory';
export { setThread } from './thread';
export { gemm, gemmScratchBytes } from './gemm';
export { packPanels, packedSize } from './gemm-pack';
export { addRowDots, addScaledRows } from './vector-matrix';
export { addRowsInDouble, roundRows } from './double-sums';
export { recurrentForward } from './recurrent-forward';
export { recurrentBackward } from './recurrent-backward';
export * from './unary';
export * from './binary';
export { allFinite, maxRows, sumColumns, sumOfSquares, sumRows } from './reduce';
export { crossEntropyBackward, crossEntropyForward, logSoftmax, softmax } from './softmax';
export { topK, topKScratchBytes } from './top-k';
export { copyPieces, gatherRows, swapLeading, transposeMatrix, zeroPadding } from './rows';
export { placeLongSegments, segmentSum } from './segments';
export { cumulate } from './cumulative';
export { philoxDropout } from './dropout';
export { adagradStep, adamStep, rmspropStep, sgdStep } from './optimizer';
