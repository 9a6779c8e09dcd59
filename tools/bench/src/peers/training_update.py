"""The end of every training step here: gradients, clipping, the optimizer's update."""

import torch


def update(model, optimizer, loss):
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
    optimizer.step()
    return loss.item()
