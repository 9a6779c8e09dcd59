"""Cells in PyTorch: its own layer, and loops over cells as users write them."""

import torch


class Unrolled(torch.nn.Module):
    def __init__(self, cell, hidden_size):
        super().__init__()
        self.cell = cell
        self.hidden_size = hidden_size

    def forward(self, x):
        h = x.new_zeros(x.shape[1], self.hidden_size)
        outputs = []
        for step in x.unbind(0):
            h = self.cell(step, h)
            outputs.append(h)
        return torch.stack(outputs), h


class MinimalGatedUnit(torch.nn.Module):
    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.forget = torch.nn.Linear(hidden_size + input_size, hidden_size)
        self.candidate = torch.nn.Linear(hidden_size + input_size, hidden_size)

    def forward(self, x, h):
        f = torch.sigmoid(self.forget(torch.cat([h, x], 1)))
        candidate = torch.tanh(self.candidate(torch.cat([f * h, x], 1)))
        return (1 - f) * h + f * candidate


def layer(w):
    sizes = w["inputSize"], w["hiddenSize"]
    if w["cell"] == "gru":
        return torch.nn.GRU(*sizes)
    cell = torch.nn.GRUCell(*sizes) if w["cell"] == "gru by formula" else MinimalGatedUnit(*sizes)
    return Unrolled(cell, w["hiddenSize"])
