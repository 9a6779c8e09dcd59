// For our own packages: TensorFlow.js's private parts. A test beside each one checks the behaviour that we rely on.
import './engine/ready.ts';

export { observeAssignments } from './engine/assignments.ts';
export { currentBackend } from './engine/current-backend.ts';
export { ListedData } from './engine/listed-data.ts';
export { followNewTensors, numTensors } from './engine/new-tensors.ts';
export { OwnData } from './engine/own-data.ts';
export { silenceAdvice } from './engine/quiet-backend.ts';
export { operationName, scopeName } from './engine/scope.ts';
export { observeTape, type TapeNode, valueAndGradients } from './engine/tape.ts';
export { forgetData, homeOf, nextTensorId, tensorOf } from './engine/tensor-data.ts';
export { liveVariables } from './engine/variables.ts';
