export type { Step } from './column-statistics.ts';
export { type MinMaxScalerOptions, minMaxScaler, Scaler, standardScaler } from './scaler.ts';
