/** What no worker can train with. */
export const createTrainer = () => ({ epochs: 3 });
