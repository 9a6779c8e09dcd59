// Registers what TensorFlow.js needs before its first use: its gradients, some of them corrected, errors that name disposed
// tensors, and `using` for tensors.
import '#tfjs-gradients';
import './disposed-inputs.ts';
import './mended-gradients.ts';
import './no-backend.ts';
import './tensor-dispose.ts';
import './tidy-types.ts';
