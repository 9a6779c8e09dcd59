"""Training steps of a model of characters: embedding, LSTM, linear layer at every step, cross-entropy, clipping, Adam."""

import itertools

import torch

from lehmer import lehmer
from training_update import update


class CharacterModel(torch.nn.Module):
    def __init__(self, w):
        super().__init__()
        self.embedding = torch.nn.Embedding(w["vocabulary"], w["embeddingDim"])
        self.lstm = torch.nn.LSTM(w["embeddingDim"], w["hiddenSize"], w["numLayers"])
        self.linear = torch.nn.Linear(w["hiddenSize"], w["vocabulary"])

    def forward(self, tokens):
        """[T, N] -> [T*N, V]"""
        output, _ = self.lstm(self.embedding(tokens))
        return self.linear(output.flatten(0, 1))


def text_batches(w, count):
    """The batches of training-data.ts as tensors made in advance, repeated without end."""
    draw = lehmer()
    batches = []
    for _ in range(count):
        text = torch.tensor([draw(w["vocabulary"]) for _ in range((w["steps"] + 1) * w["rows"])])
        text = text.view(w["steps"] + 1, w["rows"])
        batches.append((text[:-1].contiguous(), text[1:].flatten()))
    return itertools.cycle(batches)


def training_steps(w):
    model = CharacterModel(w)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    batches = text_batches(w, 64)

    def step():
        tokens, target = next(batches)
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(tokens), target)
        return update(model, optimizer, loss)

    return {"step": step}
