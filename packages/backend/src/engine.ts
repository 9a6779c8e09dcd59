// For our own packages: TensorFlow.js's private parts, each with a test beside it that pins what is relied on.
import './engine/ready.ts';

export { type AssignmentObserver, observeAssignments } from './engine/assignments.ts';
export { currentBackend, currentBackendName } from './engine/current-backend.ts';
export { isRecording } from './engine/differentiable.ts';
export { OwnData } from './engine/own-data.ts';
export { silenceAdvice } from './engine/quiet-backend.ts';
export { scopeName } from './engine/scope.ts';
export { observeTape, type TapeNode, type TapeObserver, valueAndGradients } from './engine/tape.ts';
export { forgetData, homeOf, tensorOf } from './engine/tensor-data.ts';
export { liveVariables } from './engine/variables.ts';
