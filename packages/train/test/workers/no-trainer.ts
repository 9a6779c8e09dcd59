/** Returns something that is not a Trainer. */
export const createTrainer = () => ({ epochs: 3 });
