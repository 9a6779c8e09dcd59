// Writes event files for TensorBoard.
export type { Reporter } from './reporting/reporter.ts';
export type { Pixels } from './reporting/tensorboard/image.ts';
export { type TensorBoardOptions, tensorBoard } from './reporting/tensorboard/tensor-board.ts';
export {
  type EventSink,
  type HistogramOptions,
  TensorBoardWriter,
  type TensorBoardWriterOptions,
} from './reporting/tensorboard/tensor-board-writer.ts';
